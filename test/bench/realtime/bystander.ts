import type { Bench } from '../figure.js';
import { percentile } from '../measure.js';
import { LoopLag } from './loop-lag.js';
import { answer, beTold } from './peer.js';

export interface BystanderCommand {
  readonly do: 'start' | 'stop';
}

/** How late a process is that has nothing to do, ms: what the machine itself is to blame for. */
export interface BystanderAnswer {
  readonly p99Ms: number;
}

/** A process that does nothing but look at the time. */
export const bystander: Bench = () => {
  const lag = new LoopLag();
  beTold<BystanderCommand>((command) => {
    if (command.do === 'start') lag.start();
    else
      answer({
        p99Ms: percentile(
          lag.stop().map(({ ms }) => ms),
          0.99,
        ),
      });
  });
};
