import type { SpeechSettings } from '../frames/frame-map.js';

/**
 * What holds once a `service-settings` frame has been seen.
 *
 * @example
 * ```ts
 * console.log(changedSettings({ voice: 'marin', language: 'en' }, { language: 'de' })); // { voice: 'marin', language: 'de' }
 * ```
 */
export function changedSettings(before: SpeechSettings, { voice, language }: SpeechSettings): SpeechSettings {
  return { ...before, ...(voice === undefined ? {} : { voice }), ...(language === undefined ? {} : { language }) };
}
