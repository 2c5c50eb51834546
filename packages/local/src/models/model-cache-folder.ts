import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder in which fetched models are kept, outside any repository: `$VOXRILL_CACHE`, else the place that the
 * operating system keeps for caches (`$XDG_CACHE_HOME/voxrill` or `~/.cache/voxrill`, `~/Library/Caches/voxrill`,
 * `%LOCALAPPDATA%\voxrill\Cache`).
 */
export function modelCacheFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env.VOXRILL_CACHE) return env.VOXRILL_CACHE;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'voxrill');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'voxrill');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'voxrill', 'Cache');
  return join(homedir(), '.cache', 'voxrill');
}
