import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** True when a `festival` program is on the PATH. */
export async function festivalAvailable(path: string = process.env.PATH ?? ''): Promise<boolean> {
  for (const folder of path.split(delimiter)) {
    const found = await access(join(folder || '.', 'festival'), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
