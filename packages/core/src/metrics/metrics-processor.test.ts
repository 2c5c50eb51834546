import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { pipeline } from '../pipeline/pipeline.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { usageMetrics } from '../services/usage-metrics.js';
import { silentLogger } from '../session/logger.js';
import { createSession } from '../session/session.js';
import { metricsLogger } from './metrics-logger.js';
import { type MetricsProcessorOptions, type MetricsSummary, metricsProcessor } from './metrics-processor.js';

/** A session with this stage between two others, and a way to measure something. */
async function running(stage: FrameProcessor, log: string[] = []) {
  const clock = new VirtualClock();
  const say = (level: string) => (message: string, fields?: object) => log.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const logger = { ...silentLogger, debug: say('debug'), info: say('info'), error: say('error') };
  const stages = pipeline(defineProcessor('one', {}), stage, defineProcessor('two', {}));
  const session = createSession(stages, { id: 's', clock, logger });
  await session.start();
  const tokens = (count: number): void =>
    session.send(session.frame('metrics', { metrics: usageMetrics('llm', { promptTokens: count, completionTokens: 1 }) }));
  const ttfb = (value: number): void =>
    session.send(session.frame('metrics', { metrics: [{ name: 'ttfb', value, unit: 'ms', processor: 'llm' }] }));
  return { session, tokens, ttfb, end: () => clock.runUntil(session.end()) };
}

function gathered(): MetricsProcessorOptions & { readonly turns: MetricsSummary[]; readonly ends: MetricsSummary[] } {
  const turns: MetricsSummary[] = [];
  const ends: MetricsSummary[] = [];
  return { turns, ends, onTurn: (summary) => turns.push(summary), onEnd: (summary) => ends.push(summary) };
}

describe('a metrics processor', () => {
  it('hands on what was measured in each turn, and all of it at the end', async () => {
    const sink = gathered();
    const { session, tokens, ttfb, end } = await running(metricsProcessor(sink));
    ttfb(300);
    tokens(100);
    session.interrupt();
    ttfb(500);
    await end();
    const prompt = { processor: 'llm', name: 'prompt-tokens', unit: 'tokens', count: 1, sum: 100, max: 100 };
    expect(sink.turns.map(({ turn, metrics }) => [turn, metrics.map(({ name, sum }) => `${name} ${sum}`)])).toEqual([
      [0, ['ttfb 300', 'prompt-tokens 100', 'completion-tokens 1']],
      [1, ['ttfb 500']],
    ]);
    expect(sink.ends).toHaveLength(1);
    expect(sink.ends[0]?.session).toBe('s');
    expect(sink.ends[0]?.metrics).toContainEqual(prompt);
    expect(sink.ends[0]?.metrics).toContainEqual({
      processor: 'llm',
      name: 'ttfb',
      unit: 'ms',
      count: 2,
      sum: 800,
      max: 500,
    });
  });

  it('says nothing of turns in which nothing was measured, nor of a session in which nothing was', async () => {
    const sink = gathered();
    const { session, end } = await running(metricsProcessor(sink));
    session.interrupt();
    session.interrupt();
    await end();
    expect([sink.turns, sink.ends]).toEqual([[], []]);
  });

  it('tells at the end of a session that is cancelled as well', async () => {
    const sink = gathered();
    const { session, tokens } = await running(metricsProcessor(sink));
    tokens(5);
    session.cancel();
    expect(sink.ends).toHaveLength(1);
  });

  it('counts a frame once that comes by more than one way', async () => {
    const sink = gathered();
    const { session, end } = await running(metricsProcessor(sink));
    const frame = session.frame('metrics', { metrics: usageMetrics('llm', { promptTokens: 7, completionTokens: 1 }) });
    session.send(frame);
    session.send(frame);
    await end();
    expect(sink.ends[0]?.metrics[0]).toMatchObject({ count: 1, sum: 7 });
  });

  it('serves several sessions at once without mixing them', async () => {
    const sink = gathered();
    const stage = metricsProcessor(sink);
    const [one, two] = [await running(stage), await running(stage)];
    one.tokens(1);
    two.tokens(10);
    await one.end();
    await two.end();
    expect(sink.ends.map(({ metrics }) => metrics[0]?.sum)).toEqual([1, 10]);
  });

  it('reports a callback that throws, and goes on', async () => {
    const ends: MetricsSummary[] = [];
    const onTurn = (): void => {
      throw new Error('The billing is down.');
    };
    const { session, tokens, end } = await running(metricsProcessor({ onTurn, onEnd: (summary) => ends.push(summary) }));
    tokens(1);
    session.interrupt();
    tokens(2);
    await end();
    const report = await session.done;
    expect(report.reason).toBe('ended');
    expect(report.errors.map(({ message }) => message)).toEqual(['The billing is down.', 'The billing is down.']);
    expect(ends[0]?.metrics[0]?.sum).toBe(3);
  });
});

describe('a metrics logger', () => {
  it('writes a line for each turn and one for the session: times as their mean, the rest as its sum', async () => {
    const log: string[] = [];
    const { session, tokens, ttfb, end } = await running(metricsLogger({ turnLevel: 'info' }), log);
    ttfb(300);
    session.interrupt();
    ttfb(500);
    tokens(100);
    await end();
    expect(log).toEqual([
      'info Metrics of a turn. {"session":"s","turn":0,"llm ttfb":"300 ms"}',
      'info Metrics of a turn. {"session":"s","turn":1,"llm ttfb":"500 ms","llm prompt-tokens":100,"llm completion-tokens":1}',
      'info Metrics of the session. {"session":"s","llm ttfb":"400 ms","llm prompt-tokens":100,"llm completion-tokens":1}',
    ]);
  });
});
