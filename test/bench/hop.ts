import { chain, createSession, defineProcessor, type Frame, type FrameProcessor, fromOperator, parallel } from '@voxrill/core';
import { map, Subject } from 'rxjs';
import type { Bench } from './figure.js';
import { compare, median, slope, type Work } from './measure.js';

/** A hop is what one more stage costs: a row of nine against a row of one, so that putting a frame in cancels out. */
const long = 9;
const short = 1;
const steps = long - short;
const rounds = { times: 50_000, runs: 15, warmUps: 4 };

type TextFrame = Extract<Frame, { readonly kind: 'llm-text' }>;

const passThrough = (i: number): FrameProcessor => defineProcessor(`pass-${i}`, {});
const copy = (frame: TextFrame): TextFrame => ({ ...frame, text: 'copied' });
const handler = (i: number): FrameProcessor => defineProcessor(`handler-${i}`, { down: { 'llm-text': copy } });
const branches = (i: number): FrameProcessor => parallel(defineProcessor(`left-${i}`, {}), defineProcessor(`right-${i}`, {}));
const operator = (i: number): FrameProcessor =>
  fromOperator(
    `operator-${i}`,
    map((frame) => frame),
  );

const textFrame = (id: number): TextFrame => ({ kind: 'llm-text', id, at: 0, turn: 0, text: 'word', response: 'r' });

/** Sends new frames through a row of stages and insists that all of them came out. */
async function throughRow(stage: (i: number) => FrameProcessor, length: number, tapped = false): Promise<Work> {
  let out = 0;
  const end = defineProcessor('end', { down: { 'llm-text': () => void out++ } });
  const session = createSession(chain('row', ...Array.from({ length }, (_, i) => stage(i)), end));
  await session.start();
  let seen = 0;
  if (tapped) session.frames$.subscribe(() => void seen++);
  return (times) => {
    const before = out;
    for (let i = 0; i < times; i++) session.send(textFrame(i));
    if (out - before !== times) throw new Error(`${out - before} of ${times} frames came out of the row.`);
    if (tapped && seen === 0) throw new Error('The tap saw nothing.');
  };
}

/** Plain functions, each of which calls the next. */
function throughCalls(make: (next: (frame: TextFrame) => void) => (frame: TextFrame) => void, length: number): Work {
  let out = 0;
  let first = (_frame: TextFrame): void => void out++;
  for (let i = 0; i < length; i++) first = make(first);
  return (times) => {
    const before = out;
    for (let i = 0; i < times; i++) first(textFrame(i));
    if (out - before < times) throw new Error('Frames were lost between plain functions.');
  };
}

function throughMaps(length: number): Work {
  let out = 0;
  const head = new Subject<TextFrame>();
  let row = head.asObservable();
  for (let i = 0; i < length; i++) row = row.pipe(map((frame) => frame));
  row.subscribe(() => void out++);
  return (times) => {
    for (let i = 0; i < times; i++) head.next(textFrame(i));
  };
}

/** Both branches, of which one lets the frame out. */
const twoCalls = (next: (frame: TextFrame) => void): ((frame: TextFrame) => void) => {
  const left = (frame: TextFrame): TextFrame => frame;
  const right = (frame: TextFrame): TextFrame => frame;
  return (frame) => {
    const gone = left(frame);
    if (right(frame) !== gone) next(frame);
    next(gone);
  };
};

/** What it costs a frame to pass one more stage, µs. */
export const hop: Bench = async (emit) => {
  const rows = {
    'hop.pass-through': (length: number) => throughRow(passThrough, length),
    'hop.pass-through.tapped': (length: number) => throughRow(passThrough, length, true),
    'hop.pass-through.control': (length: number) => throughCalls((next) => (frame) => next(frame), length),
    'hop.handler': (length: number) => throughRow(handler, length),
    'hop.handler.control': (length: number) => throughCalls((next) => (frame) => next(copy(frame)), length),
    'hop.parallel': (length: number) => throughRow(branches, length),
    'hop.parallel.control': (length: number) => throughCalls(twoCalls, length),
    'hop.operator': (length: number) => throughRow(operator, length),
    'hop.operator.control': (length: number) => throughMaps(length),
  };
  for (const [bench, row] of Object.entries(rows)) {
    const taken = await compare({ short: await row(short), long: await row(long) }, rounds);
    emit({ bench, value: slope(taken.short, taken.long, steps), unit: 'µs', runs: rounds.runs });
  }
};

/** How many frames a second pass eight stages, each of which has a say in every frame. */
export const throughput: Bench = async (emit) => {
  const same = (i: number): FrameProcessor => defineProcessor(`same-${i}`, { down: { 'llm-text': (frame) => frame } });
  const taken = await compare(
    {
      'throughput.8-processors': await throughRow(same, 8),
      'throughput.8-processors.control-rxjs-maps': throughMaps(8),
    },
    { times: 50_000, runs: 15 },
  );
  const streams = await compare(
    { 'throughput.8-processors.control-transform-streams': throughTransformStreams(8) },
    { times: 4_000, runs: 5, warmUps: 2 },
  );
  for (const [bench, us] of Object.entries({ ...taken, ...streams })) {
    emit({ bench, value: 1e6 / median(us), unit: 'frames/s', runs: us.length });
  }
};

function throughTransformStreams(length: number): Work {
  return async (times) => {
    let made = 0;
    let row = new ReadableStream<TextFrame>({
      pull(controller) {
        if (made === times) controller.close();
        else controller.enqueue(textFrame(made++));
      },
    });
    for (let i = 0; i < length; i++) {
      row = row.pipeThrough(
        new TransformStream<TextFrame, TextFrame>({ transform: (frame, controller) => controller.enqueue(frame) }),
      );
    }
    let out = 0;
    for await (const _ of row) out++;
    if (out !== times) throw new Error(`${out} of ${times} frames came out of the web streams.`);
  };
}
