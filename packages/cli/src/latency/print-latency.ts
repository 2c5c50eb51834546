import { openWav, type VoiceToVoiceReport, voiceToVoice } from '@voxrill/audio';
import { UsageError } from '../command-line/usage-error.js';
import type { LatencyRunOptions } from './latency-options.js';

/** Measures the recording and prints what came out to `write`. */
export async function printLatency(options: LatencyRunOptions, write: (text: string) => void): Promise<void> {
  const report = await measure(options);
  write(options.json ? `${JSON.stringify(report)}\n` : table(report));
}

async function measure({ input, userChannel, pauseMs, threshold }: LatencyRunOptions): Promise<VoiceToVoiceReport> {
  const wav = await openWav(input, { channels: 2 });
  if (wav.format.channels !== 2) {
    await wav.close();
    throw new Error(`"${input}" has ${wav.format.channels} channel(s); a stereo recording with one side on each is needed.`);
  }
  try {
    return await voiceToVoice(wav, {
      userChannel,
      ...(pauseMs === undefined ? {} : { pauseMs }),
      ...(threshold === undefined ? {} : { aboveFloorDb: threshold }),
    });
  } catch (error) {
    await wav.close();
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function table({ turns, bargeIns, overlaps, latency, durationMs }: VoiceToVoiceReport): string {
  if (turns.length === 0 && bargeIns.length === 0) return `In ${seconds(durationMs)} nobody was answered.\n`;
  const lines = [row('user ends', 'agent starts', 'voice to voice')];
  for (const { userEndMs, agentStartMs, latencyMs } of turns)
    lines.push(row(seconds(userEndMs), seconds(agentStartMs), ms(latencyMs)));
  if (bargeIns.length > 0) lines.push('', row('user cuts in', 'agent stops', 'still heard for'));
  for (const { userStartMs, agentEndMs, audibleMs } of bargeIns)
    lines.push(row(seconds(userStartMs), seconds(agentEndMs), ms(audibleMs)));
  const bothMs = overlaps.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const spread =
    latency === undefined
      ? ''
      : `, p50 ${ms(latency.p50)}, p90 ${ms(latency.p90)}, p95 ${ms(latency.p95)}, longest ${ms(latency.max)}`;
  lines.push('', `${turns.length} turns${spread}; both spoke at once for ${ms(bothMs)} of ${seconds(durationMs)}`);
  return `${lines.join('\n')}\n`;
}

function row(first: string, second: string, third: string): string {
  return `${first.padStart(14)} ${second.padStart(14)} ${third.padStart(16)}`;
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(3)} s`;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
