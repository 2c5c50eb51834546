import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { contextPair } from '../context/context-pair.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { createSession } from '../session/session.js';
import { parallel } from './parallel.js';
import { chain } from './pipeline.js';

const here = dirname(fileURLToPath(import.meta.url));

/** What the programs of this file are made of. */
const prelude = `
import { map } from 'rxjs';
import {
  chain, contextPair, defineProcessor, type FrameProcessor, fromOperator, identity, inputTransport, LLMService, onlyKinds,
  outputTransport, parallel, pipeline, produce, STTService, TTSService,
} from '../index.js';
type FitOfProcessor<P> = P extends FrameProcessor<infer F> ? F : never;

class Stt extends STTService {
  readonly name = 'stt';
  readonly sampleRate = 16_000;
  async *transcribe() { yield { text: '', final: true }; }
}
class Llm extends LLMService {
  readonly name = 'llm';
  async *generate() { yield { type: 'text', text: '' } as const; }
}
class Tts extends TTSService {
  readonly name = 'tts';
  async *synthesize() { yield { type: 'audio', samples: new Int16Array(0), sampleRate: 16_000 } as const; }
}
declare const unknownNeeds: FrameProcessor;
const vad = defineProcessor('vad', {}, { fit: { needs: ['input-audio'], emits: ['vad-user-started-speaking', 'vad-user-stopped-speaking'] } as const });
const input = inputTransport({ open: () => undefined });
const output = outputTransport({ openSink: () => { throw new Error('never played'); } });
const context = contextPair();
const [stt, llm, tts] = [new Stt(), new Llm(), new Tts()];
const text = defineProcessor('text', {}, { fit: { emits: ['llm-text'] } as const });
`;

const programs: Record<string, string> = {
  'llm without aggregator': 'pipeline(input, vad, stt, llm, tts, output);',
  'output without voice': 'pipeline(input, vad, stt, context.user, llm, output, context.assistant);',
  'stt without vad': 'pipeline(input, stt, context.user, llm, tts, output, context.assistant);',
  'stt without input': 'pipeline(stt, context.user, llm, tts, output, context.assistant);',
  'voice without text': 'pipeline(input, tts, output);',
  'assistant without output': 'pipeline(input, vad, stt, context.user, llm, tts, context.assistant);',
  'stages in the wrong order': 'pipeline(input, vad, stt, context.user, tts, llm, output, context.assistant);',
  'a chain that needs what nobody makes': "pipeline(input, vad, chain('reply', llm, tts), output);",
  'a branch that needs what nobody makes': 'pipeline(input, vad, stt, parallel(llm, identity()), tts, output);',
  'a filter, which makes nothing': "pipeline(onlyKinds('llm-context'), llm);",
  'the cascade': 'pipeline(input, vad, stt, context.user, llm, tts, output, context.assistant);',
  'the cascade as printed, the aggregator before the recogniser':
    'pipeline(input, vad, context.user, stt, llm, tts, context.assistant, output);',
  'a stage of unknown needs': 'pipeline(unknownNeeds, llm, tts, output);',
  'a hand-written object': "pipeline({ name: 'by hand', connect: (input) => input } satisfies FrameProcessor, llm);",
  'a raw operator, which may make anything': "pipeline(fromOperator('raw', map((frame) => frame)), llm);",
  'nested chains and branches':
    "pipeline(input, vad, chain('hear', stt, context.user), parallel(chain('reply', llm, tts), identity()), output, context.assistant);",
  'a pipeline in a pipeline': 'pipeline(pipeline(input, vad, stt), context.user, llm);',
  'a consumer, which makes what its producer catches':
    "const words = produce('words', ['llm-context']); pipeline(parallel(words.producer, words.consumer()), llm);",
  'inferred emits': `
    const made = defineProcessor('made', { down: { 'input-text': (_frame, context) => context.frame('llm-text', { text: 'a', response: 'r' }) } });
    const emits: FitOfProcessor<typeof made>['emits'][number] = 'llm-text';
    // @ts-expect-error it makes nothing else
    const others: FitOfProcessor<typeof made>['emits'][number] = 'tts-audio';
    void [emits, others];
    pipeline(made, tts, output);`,
  'inferred emits of async work': `
    const made = defineProcessor('made', { down: { 'input-text': async function* (_frame, context) { yield context.frame('llm-text', { text: 'a', response: 'r' }); } } });
    pipeline(made, tts, output);`,
  'no stage, and one': 'pipeline(); pipeline(text); pipeline(text, tts);',
};

const complaints = new Map<string, string[]>();

beforeAll(() => {
  const files = new Map(Object.entries(programs).map(([name, body], i) => [join(here, `fit-program-${i}.ts`), { name, body }]));
  const root = join(here, '..', '..', '..', '..');
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root, undefined, undefined, undefined, []);
  const compilerOptions: ts.CompilerOptions = { ...options, noEmit: true, noUnusedLocals: false, skipLibCheck: true };
  const host = ts.createCompilerHost(compilerOptions);
  const { getSourceFile, fileExists, readFile } = host;
  const virtual = (path: string): string | undefined => {
    const program = files.get(path);
    return program === undefined ? undefined : `${prelude}\n${program.body}\n`;
  };
  host.fileExists = (path) => files.has(path) || fileExists.call(host, path);
  host.readFile = (path) => virtual(path) ?? readFile.call(host, path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const source = virtual(path);
    return source === undefined
      ? getSourceFile.call(host, path, languageVersion, ...rest)
      : ts.createSourceFile(path, source, languageVersion, true);
  };
  const program = ts.createProgram([...files.keys()], compilerOptions, host);
  for (const [path, { name }] of files) {
    const diagnostics = ts.getPreEmitDiagnostics(program, program.getSourceFile(path));
    complaints.set(
      name,
      diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    );
  }
}, 120_000);

describe('a pipeline whose stages do not fit does not compile, and the compiler says what is missing', () => {
  const says: Record<string, readonly string[]> = {
    'llm without aggregator': ['This stage needs llm-context frames, and no stage before it makes them.'],
    'output without voice': ['This stage needs tts-audio frames, and no stage before it makes them.'],
    'stt without vad': ['This stage needs vad-user-started-speaking frames, and no stage before it makes them.'],
    'stt without input': ['input-audio', 'vad-user-started-speaking', 'no stage before it makes them'],
    'voice without text': ['This stage needs', 'llm-text', 'tts-speak'],
    'assistant without output': ['This stage needs bot-spoke frames, and no stage of the pipeline makes them.'],
    'stages in the wrong order': ['This stage needs', 'llm-text', 'tts-speak'],
    'a chain that needs what nobody makes': ['This stage needs llm-context frames, and no stage before it makes them.'],
    'a branch that needs what nobody makes': ['This stage needs llm-context frames, and no stage before it makes them.'],
    'a filter, which makes nothing': ['This stage needs llm-context frames'],
  };
  for (const [name, parts] of Object.entries(says)) {
    test(name, () => {
      const said = (complaints.get(name) ?? []).join('\n');
      for (const part of parts) expect(said).toContain(part);
    });
  }
});

describe('a pipeline whose stages fit compiles', () => {
  for (const name of [
    'the cascade',
    'the cascade as printed, the aggregator before the recogniser',
    'a stage of unknown needs',
    'a hand-written object',
    'a raw operator, which may make anything',
    'nested chains and branches',
    'a pipeline in a pipeline',
    'a consumer, which makes what its producer catches',
    'inferred emits',
    'inferred emits of async work',
    'no stage, and one',
  ]) {
    test(name, () => expect(complaints.get(name)).toEqual([]));
  }
});

describe('createSession says the same in a sentence', () => {
  const makes = (name: string, fit: FrameProcessor['fit']): FrameProcessor => ({
    ...defineProcessor(name, {}),
    ...(fit && { fit }),
  });
  const llm = makes('my-llm', { needs: ['llm-context'], emits: ['llm-text'] });
  const tts = makes('my-tts', { needs: [['llm-text', 'tts-speak']], emits: ['tts-audio'] });
  const nothing = makes('nothing', { emits: [] });
  const session =
    (...stages: FrameProcessor[]) =>
    () =>
      createSession(chain('root', ...stages), { clock: new VirtualClock() });

  test('naming the stage, what it needs, and what to put where', () => {
    expect(session(nothing, llm)).toThrow(
      new TypeError(
        '"my-llm" needs llm-context frames, and no stage before it makes them; put the user side of a context pair before it.',
      ),
    );
    expect(session(nothing, tts)).toThrow('"my-tts" needs llm-text or tts-speak frames');
    expect(session(tts, llm)).toThrow(/"my-tts".*"my-llm"/u);
  });

  test('also deep inside, where a branch does not feed its neighbour', () => {
    const context = makes('context', { emits: ['llm-context'] });
    expect(session(parallel(chain('a', context), chain('b', llm)))).toThrow('"my-llm" needs');
    expect(session(parallel(chain('a', context), nothing), chain('b', llm))).not.toThrow();
    expect(session(nothing, contextPair().assistant)).toThrow('no stage of the pipeline makes them');
  });

  test('and trusts a stage that does not say what it makes', () => {
    expect(session(defineProcessor('any', {}), llm, tts)).not.toThrow();
  });

  test('a stage that stands in a pipeline twice is refused by name', () => {
    expect(session(nothing, nothing)).toThrow('"nothing" stands in the pipeline twice');
  });
});
