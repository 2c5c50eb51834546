// A call is recorded as lines of JSON, and played again without a model, a voice or a user: the same frames, at the same times.
// Then with a detector that waits less, to see what that would have done to this very call.
// npm run example record-and-replay
import { createSession, VirtualClock } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeVad, type RecordedParts, readRecording, recordFrames, replay } from '@voxrill/testing';

const say = (text: string) => process.stdout.write(`${text}\n`);

// 1. A call, in which the user cuts the story short.
const replies = ['Once upon a time there was a king who had no crown.', 'All right, no story.'];
const bot = cascadeBot({ llm: fakeLLM({ firstMs: 400, tokenMs: 20, replies }) });
const clock = new VirtualClock();
const session = createSession(bot.pipeline, { clock });
const lines: string[] = [];
const recorder = recordFrames(session, (line) => {
  lines.push(line);
});
await session.start();
const user = bot.transport.of(session);
const call = (async () => {
  await user.say('Tell me a story');
  await clock.sleep(2_000);
  await user.say('Please stop');
  await clock.sleep(4_000);
  await session.end();
})();
await clock.runUntil(call);
await recorder.done;
say(`recorded ${lines.length} lines, ${Math.round(lines.join('').length / 1024)} kB`);

// 2. Again: the answers come from the recording, everything else is done by the pipeline.
const recording = await readRecording(lines);
const recorded = (parts: RecordedParts) => ({ transport: parts.transport, stt: parts.stt(), llm: parts.llm(), tts: parts.tts() });
const again = await replay(recording, (parts) => cascadeBot(recorded(parts)).pipeline);
say(`replayed: ${again.difference?.message ?? `the same ${again.frames.length} frames`}`);

// 3. And with a change.
const changed = await replay(recording, (parts) => cascadeBot({ ...recorded(parts), vad: fakeVad({ stopMs: 300 }) }).pipeline);
say(`with a detector that waits for 300 ms only:\n${changed.difference?.message ?? 'no difference'}`);
process.exitCode = again.difference === undefined && changed.difference !== undefined ? 0 : 1;
