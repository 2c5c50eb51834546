import { type SimulationResult, simulate } from '@voxrill/testing';
import { expect, test } from 'vitest';
import { movableCall } from './movable-call.js';

test.each([{ own: false }, { own: true }])(
  'a call goes from the cascade to the end-to-end model and back, and neither loses the thread (own turns: $own)',
  async ({ own }) => {
    const { clock, model, bot, remote, local } = movableCall({ own });
    const result = await simulate(
      {
        bot,
        script: async ({ user, bot: voice, session }) => {
          await user.says('My name is Ann');
          await voice.finishes();
          await model.use(session, 'realtime', { when: 'between-turns' });
          await user.says('I am in Lisbon');
          await voice.finishes();
          await user.silentFor(500);
          await model.use(session, 'cascade', { when: 'between-turns' });
          await user.says('and who am I');
          await voice.finishes();
        },
      },
      { clock },
    );
    const said = ['My name is Ann', 'You said: My name is Ann.', 'I am in Lisbon', 'You said: I am in Lisbon.', 'and who am I'];
    const contents = result.context.slice(1).map(({ content }) => content);
    expect(contents.slice(0, 5)).toEqual(said);
    expect(remote.calls.at(-1)?.request.messages.map(({ content }) => content)).toEqual(['You are brief.', ...said.slice(0, 3)]);
    expect(local.calls.at(-1)?.request.messages.map(({ content }) => content)).toEqual(['You are brief.', ...said]);
    expect(result.staleMs).toBe(0);
  },
);

test('an end-to-end model that becomes unusable in the middle of what the user says gives way to the cascade, which hears all of it', async () => {
  const { clock, service, bot } = movableCall({ own: true, failover: true });
  const result = await simulate(
    {
      bot,
      script: async ({ user, bot: voice, session }) => {
        await user.says('My name is Ann');
        await voice.finishes();
        const speaking = user.says('I want four hundred strawberries');
        await session.clock.sleep(900);
        service.network.reachable = false;
        service.breaks();
        await speaking;
        await voice.says('four hundred strawberries');
        await voice.finishes();
      },
    },
    { clock },
  );
  expect(result.context.map(({ content }) => content)).toEqual([
    'You are brief.',
    'My name is Ann',
    'You said: My name is Ann.',
    'I want four hundred strawberries',
    'You said: I want four hundred strawberries.',
  ]);
  expect(result.report.reason).toBe('ended');
});

test('at once, in the middle of an answer: what was begun is said to its end, and the next turn is the other one’s', async () => {
  const { clock, model, bot, remote } = movableCall({ own: true });
  const result = await simulate(
    {
      bot,
      script: async ({ user, bot: voice, session }) => {
        await user.says('Tell me of a king and his crown');
        await voice.speaks();
        const moved = model.use(session, 'realtime', { when: 'at-once' });
        await voice.finishes();
        await moved;
        await user.says('and his queen');
        await voice.says('and his queen');
        await voice.finishes();
      },
    },
    { clock },
  );
  expect(result.context.map(({ content }) => content)).toEqual([
    'You are brief.',
    'Tell me of a king and his crown',
    'You said: Tell me of a king and his crown.',
    'and his queen',
    'You said: and his queen.',
  ]);
  expect(remote.calls).toHaveLength(1);
});

const contentsOf = (result: SimulationResult) => result.context.slice(1).map(({ content }) => content);

test.each(['realtime', 'cascade'] as const)(
  'at once, while the user speaks: the %s hears the sentence from its onset, and no word is lost or doubled',
  async (to) => {
    const { clock, model, bot } = movableCall({ own: true });
    const result = await simulate(
      {
        bot,
        script: async ({ user, bot: voice, session }) => {
          if (to === 'cascade') await model.use(session, 'realtime');
          const speaking = user.says('I want four hundred strawberries');
          await session.clock.sleep(900);
          await model.use(session, to);
          await speaking;
          await voice.says('four hundred strawberries');
          await voice.finishes();
        },
      },
      { clock },
    );
    expect(contentsOf(result)).toEqual(['I want four hundred strawberries', 'You said: I want four hundred strawberries.']);
    expect(result.heard.map(({ text }) => text)).toEqual(['You said: I want four hundred strawberries.']);
  },
);

test('what is cut after the call has moved on is not remembered as heard when it comes back', async () => {
  const { clock, model, bot, remote } = movableCall({ own: true });
  const result = await simulate(
    {
      bot,
      script: async ({ user, bot: voice, session }) => {
        await model.use(session, 'realtime');
        await user.says('Tell me of a king who lost his golden crown');
        await voice.speaks();
        const moved = model.use(session, 'cascade');
        await user.interrupts(700, 'stop it');
        await moved;
        await voice.says('stop it');
        await voice.finishes();
        await model.use(session, 'realtime', { when: 'between-turns' });
        await user.says('go on');
        await voice.says('go on');
        await voice.finishes();
      },
    },
    { clock },
  );
  const [, cut] = contentsOf(result);
  expect(cut).toMatch(/^You said:/u);
  expect(cut).not.toMatch(/crown/u);
  const remembered = remote.calls.at(-1)?.request.messages.map(({ content }) => content);
  expect(remembered).toEqual(['You are brief.', ...contentsOf(result).slice(0, -1)]);
  expect(result.staleMs).toBe(0);
});

test('voice and language of the call go along', async () => {
  const { clock, service, model, bot } = movableCall({ own: true });
  await simulate(
    {
      bot,
      script: async ({ user, bot: voice, session }) => {
        session.send(session.frame('service-settings', { voice: 'marin', language: 'pt' }));
        await user.says('hello');
        await voice.finishes();
        await model.use(session, 'realtime', { when: 'between-turns' });
        await user.says('hello again');
        await voice.finishes();
      },
    },
    { clock },
  );
  const updates = service.log.filter(({ event }) => event.type === 'session.update').map(({ event }) => event.session);
  expect(updates.find((update) => JSON.stringify(update).includes('marin'))).toMatchObject({
    audio: { output: { voice: 'marin' }, input: { transcription: { language: 'pt' } } },
  });
});

test('a tool that was called on one side is known on the other', async () => {
  const { clock, model, bot, remote, local } = movableCall({ own: true, tools: true });
  const result = await simulate(
    {
      bot,
      script: async ({ user, bot: voice, session }) => {
        await user.says('what is the weather');
        await voice.says('22 degrees');
        await voice.finishes();
        await model.use(session, 'realtime', { when: 'between-turns' });
        await user.says('what is the weather');
        await voice.says('22 degrees');
        await voice.finishes();
        await model.use(session, 'cascade', { when: 'between-turns' });
        await user.says('thank you');
        await voice.finishes();
      },
    },
    { clock },
  );
  const kinds = (messages: readonly { readonly role: string }[] | undefined) => messages?.map(({ role }) => role).join(' ');
  const once = 'user assistant tool assistant';
  expect(kinds(remote.calls.at(-1)?.request.messages)).toBe(`system ${once} user assistant tool`);
  expect(kinds(local.calls.at(-1)?.request.messages)).toBe(`system ${once} ${once} user`);
  expect(kinds(result.context)).toBe(`system ${once} ${once} user assistant`);
});
