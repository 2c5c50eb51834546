import { contextPair, pipeline, VirtualClock } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { fakeLLM, fakeSTT, fakeTTS, memoryTransport, simulate } from '@voxrill/testing';
import { expect, test } from 'vitest';
import { memoryService } from './memory-service.js';

const minute = 60_000;

test.each(['items', 'packed'] as const)(
  'S001-43, S001-46: a call of three hours, over sessions of a quarter of an hour, loses no turn and remembers the first one (%s)',
  async (history) => {
    const clock = new VirtualClock();
    const wallClock = () => new Date(Date.UTC(2026, 0, 1) + clock.now());
    const llm = fakeLLM({
      replies: ({ messages, said }) => {
        const first = JSON.stringify(messages).includes('my name is Ann');
        return said.includes('who am I')
          ? first
            ? 'You are Ann.'
            : 'I do not know.'
          : `Turn ${said.replace(/\D/gu, '')} it is.`;
      },
    });
    const service = memoryService(
      clock,
      (call) =>
        pipeline(
          call.input,
          fakeSTT({ finalMs: 100, sampleRate: 24_000 }),
          call.conversation,
          llm,
          fakeTTS({ firstMs: 100, sampleRate: 24_000 }),
          call.output,
        ),
      { sessionMs: 15 * minute, wallClock },
    );
    const transport = memoryTransport({ sampleRate: 24_000, chunkMs: 100, silence: true });
    const context = contextPair({ system: 'You count.' });
    const model = openaiRealtime({ model: 'own', baseURL: 'ws://127.0.0.1:1', open: service.open, history, wallClock });
    const turns = 120;
    const result = await simulate(
      {
        bot: {
          pipeline: pipeline(transport.input, context.user, model, context.assistant, transport.output),
          transport,
          context,
        },
        script: async ({ user, bot }) => {
          await user.says('my name is Ann, turn 0');
          await bot.says('Turn 0 it is.');
          await bot.finishes();
          for (let turn = 1; turn < turns; turn++) {
            await user.silentFor(85_000);
            await user.says(`turn ${turn}`);
            await bot.says(`Turn ${turn} it is.`);
            await bot.finishes();
          }
          await user.says('who am I');
          await bot.says('You are Ann.');
          await bot.finishes();
        },
      },
      { clock, limitMs: 200 * minute },
    );
    expect(clock.now()).toBeGreaterThan(170 * minute);
    expect(result.report.errors).toEqual([]);
    const said = result.context.slice(1).map(({ content }) => String(content));
    const expected = Array.from({ length: turns }, (_, turn) => [
      turn === 0 ? 'my name is Ann, turn 0' : `turn ${turn}`,
      `Turn ${turn} it is.`,
    ]).flat();
    expect(said).toEqual([...expected, 'who am I', 'You are Ann.']);
    const sessions = new Set(service.log.map(({ conn }) => conn));
    expect(sessions.size).toBeGreaterThanOrEqual(12);
    expect(service.log.filter(({ event }) => event.type === 'error')).toEqual([]);
  },
  120_000,
);
