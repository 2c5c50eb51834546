import type { LatencyReport } from './latency-ledger.js';
import type { Distribution } from './reservoir.js';
import { latencyLabels, latencyParts } from './turn-latency.js';

/**
 * Writes a latency report as a table for a person: what people waited stands apart from what services took, so that nobody
 * takes one for the other.
 *
 * @example
 * ```ts
 * console.log(latencyTable(latencyMeter().report()));
 * ```
 */
export function latencyTable(report: LatencyReport): string {
  const head = ['ms', 'p50', 'p90', 'max'];
  const line = (label: string, value: Distribution | undefined): string[] =>
    value === undefined ? [label, '', '', ''] : [label, ...[value.p50, value.p90, value.max].map((ms) => ms.toFixed(0))];
  const services = Object.entries(report.inferenceTtfb);
  const rows = [
    head,
    line(latencyLabels.voiceToVoice, report.voiceToVoice),
    ...latencyParts.flatMap((part) => {
      const value = report.parts[part];
      return value === undefined ? [] : [line(`  ${latencyLabels[part]}`, value)];
    }),
    ...(services.length === 0 ? [] : [line(latencyLabels.inferenceTtfb, undefined)]),
    ...services.map(([service, value]) => line(`  ${service}`, value)),
    line(latencyLabels.device, undefined),
  ];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
