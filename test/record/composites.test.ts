import {
  chain,
  contextPair,
  createSession,
  exceptKinds,
  type FrameProcessor,
  type LLMService,
  observeUsage,
  parallel,
  pipeline,
  type STTService,
  switchable,
  syncParallel,
  type TTSService,
  VirtualClock,
} from '@voxrill/core';
import {
  fakeLLM,
  fakeSTT,
  fakeTTS,
  fakeVad,
  type MemoryTransport,
  memoryTransport,
  readRecording,
  recordFrames,
  replay,
} from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

type Wrap = <S extends FrameProcessor>(service: S, name: string) => FrameProcessor;

const wraps: Readonly<Record<string, Wrap>> = {
  'a chain': (service, name) => chain(name, service),
  'a switch': (service, name) => switchable({ only: service }, { name }),
  'a parallel': (service) => parallel(service, exceptKinds('input-audio')),
  'a chain in a parallel': (service, name) => parallel(chain(name, service)),
  'a synchronous parallel': (service, name) => syncParallel(chain(name, service), { name }),
};

function bot(wrap: Wrap, transport: MemoryTransport, stt: STTService, llm: LLMService, tts: TTSService): FrameProcessor {
  const context = contextPair();
  const ears: FrameProcessor = wrap(stt, 'ears');
  return pipeline(
    transport.input,
    fakeVad(),
    ears,
    context.user,
    wrap(llm, 'brain'),
    wrap(tts, 'voice'),
    transport.output,
    context.assistant,
  );
}

describe.each(Object.entries(wraps))('what services do that stand in %s', (_name, wrap) => {
  it('is told, billed and played again under their own names', async () => {
    const transport = memoryTransport();
    const clock = new VirtualClock();
    const services = [fakeSTT({ finalMs: 100 }), fakeLLM({ firstMs: 200 }), fakeTTS({ firstMs: 100 })] as const;
    const session = createSession(bot(wrap, transport, ...services), { clock });
    const used: string[] = [];
    observeUsage(session, ({ processor }) => used.push(processor));
    const lines: string[] = [];
    const recorder = recordFrames(session, (line) => {
      lines.push(line);
    });
    await session.start();
    const call = (async () => {
      await transport.of(session).say('Tell me');
      await clock.sleep(4000);
      await session.end();
    })();
    await clock.runUntil(call);
    await recorder.done;

    expect(used).toEqual(['fake-stt', 'fake-tts']);
    const recording = await readRecording(lines);
    const makers = new Map(recording.frames.map(({ frame, from }) => [frame.kind, from]));
    expect(['transcription', 'llm-text', 'tts-audio'].map((kind) => makers.get(kind as 'llm-text'))).toEqual([
      'fake-stt',
      'fake-llm',
      'fake-tts',
    ]);
    const { difference } = await replay(recording, (parts) => bot(wrap, parts.transport, parts.stt(), parts.llm(), parts.tts()));
    expect(difference?.message).toBeUndefined();
  });
});
