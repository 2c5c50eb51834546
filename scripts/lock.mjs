// Keeps two commands that start at the same moment in one checkout from installing over each other.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const pollMs = 250;
const longestWaitMs = 15 * 60_000;

/** Runs `work` while holding `file`; waits (calling `onWait` once) while another living process holds it. */
export async function withLock(file, onWait, work) {
  const giveUpAt = Date.now() + longestWaitMs;
  let told = false;
  while (!take(file)) {
    if (Date.now() > giveUpAt) {
      throw new Error(
        `Another command has held ${file} for too long: stop it or delete that file, then run the same command again.`,
      );
    }
    if (isAbandoned(file)) {
      discard(file);
      continue;
    }
    if (!told) onWait();
    told = true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  // Covers Ctrl-C and process.exit() as well. A kill -9 leaves the file, and the next command sees that its owner is gone.
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  const stop = (signal) => process.exit(signal === 'SIGINT' ? 130 : 143);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work();
  } finally {
    process.off('exit', release).off('SIGINT', stop).off('SIGTERM', stop);
    release();
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function owner(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0; // it was released in between
  }
}

function isAbandoned(file) {
  const pid = owner(file);
  if (pid === 0) return false; // released, or about to be written
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

// Renaming is atomic: of two commands that find the same dead owner, one moves the file away and the other finds nothing.
// When a third has taken the lock in that instant, its living claim is put back.
function discard(file) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (isAbandoned(aside)) rmSync(aside, { force: true });
  else renameSync(aside, file);
}
