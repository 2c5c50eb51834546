import { contextPair, pipeline, type TranscriptEntry, transcriptTap } from '@voxrill/core';
import { type FakeHearing, fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, type Script, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

/** A call whose recogniser gives its finals late, and a page that shows the transcript, by the rule that the id is the line. */
async function call(hears: readonly FakeHearing[], script: (script: Script) => Promise<void>) {
  const transport = memoryTransport();
  const context = contextPair();
  const told: TranscriptEntry[] = [];
  const lines = new Map<string, TranscriptEntry>();
  const tap = transcriptTap(
    (entry) => {
      told.push(entry);
      lines.set(entry.id, entry);
    },
    { interim: true },
  );
  const llm = fakeLLM({ replies: ({ said }) => (said.startsWith('And') ? 'With cream.' : 'All right.') });
  const result = await simulate({
    bot: {
      transport,
      context,
      pipeline: pipeline(
        transport.input,
        fakeVad(),
        fakeSTT({ hears }),
        context.user,
        tap,
        llm,
        fakeTTS(),
        transport.output,
        context.assistant,
      ),
    },
    script,
  });
  const page = [...lines.values()].map(({ who, text }) => `${who}: ${text}`);
  const conversation = result.context.map(({ role, content }) => `${role}: ${String(content)}`);
  return { ...result, llm, told, page, conversation };
}

describe('a transcript that comes seconds after the reply', () => {
  it.each([4000, 7000, 12_000])(
    'of %i ms is put into its own turn, in the context and on the page (S001-51)',
    async (finalMs) => {
      const { told, page, conversation, llm, report } = await call(
        [{ interims: ['I want', 'I want straw'], text: 'I want strawberries', finalMs }],
        async ({ user, bot }) => {
          await user.says('I want strawberries');
          await bot.says('All right.');
          await bot.finishes();
          await user.silentFor(finalMs);
        },
      );
      const finals = told.filter(({ final }) => final).map(({ who }) => who);
      // It is not a line of its own behind the reply: it has become what its line says.
      expect(finals).toEqual(['bot', 'user']);
      expect(page).toEqual(['user: I want strawberries', 'bot: All right.']);
      expect(conversation).toEqual(['user: I want strawberries', 'assistant: All right.']);
      expect(llm.calls).toHaveLength(1);
      expect([report.totalTurns, report.unansweredTurns, report.totalErrors]).toEqual([1, 0, 0]);
    },
  );

  it('lands in its own turn when the next turn has been spoken and answered meanwhile (S001-51)', async () => {
    const { told, page, conversation } = await call(
      [
        { interims: ['I want'], text: 'I want strawberries', finalMs: 11_000 },
        { interims: ['And'], text: 'And cream', finalMs: 100 },
      ],
      async ({ user, bot }) => {
        await user.says('I want strawberries');
        await bot.says('All right.');
        await bot.finishes();
        await user.says('And cream');
        await bot.says('With cream.');
        await bot.finishes();
        await user.silentFor(10_000);
      },
    );
    const expected = ['user: I want strawberries', 'bot: All right.', 'user: And cream', 'bot: With cream.'];
    expect(told.at(-1)).toMatchObject({ who: 'user', text: 'I want strawberries', final: true });
    expect(page).toEqual(expected);
    expect(conversation).toEqual(expected.map((line) => line.replace(/^bot/u, 'assistant')));
  });

  it('says when it was spoken, so that who keeps finals only can sort them (S001-51)', async () => {
    const { told } = await call([{ interims: ['I want'], text: 'I want strawberries', finalMs: 6000 }], async ({ user, bot }) => {
      await user.says('I want strawberries', { lastsMs: 1200 });
      await bot.finishes();
      await user.silentFor(6000);
    });
    const finals = told.filter(({ final }) => final).toSorted((a, b) => a.atMs - b.atMs);
    expect(finals.map(({ who }) => who)).toEqual(['user', 'bot']);
    expect(finals[0]).toMatchObject({ atMs: 0, endMs: 1200 });
  });
});
