/** Voices inside the WASM build of Flite: slt (US, female), rms (US, male), awb (Scottish, male), kal and kal16 (US, male, small and robotic). */
export const fliteVoices = ['slt', 'rms', 'awb', 'kal16', 'kal'] as const;

/** The name of a voice of Flite. */
export type FliteVoice = (typeof fliteVoices)[number];

/** What the worker is asked: to speak these words, which hold no white space. */
export interface FliteRequest {
  readonly id: number;
  readonly words: readonly string[];
  readonly voice: FliteVoice;
  readonly rate: number;
}

/** What the worker answers, in this order: the audio, then where each word lies in it; or an error. */
export type FliteReply =
  | { readonly id: number; readonly type: 'audio'; readonly samples: Int16Array<ArrayBuffer>; readonly sampleRate: number }
  | {
      readonly id: number;
      readonly type: 'words';
      readonly spans: readonly { readonly startMs: number; readonly endMs: number }[];
    }
  | { readonly id: number; readonly type: 'error'; readonly message: string };
