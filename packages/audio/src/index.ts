// Codecs
export { decodeAlaw, encodeAlaw } from './g711/alaw.js';
export { decodeMulaw, encodeMulaw } from './g711/mulaw.js';

// Latency from a recording
export type { SpeechSpan } from './latency/speech-spans.js';
export {
  type MeasuredBargeIn,
  type MeasuredTurn,
  type StereoAudio,
  type VoiceToVoiceOptions,
  type VoiceToVoiceReport,
  voiceToVoice,
} from './latency/voice-to-voice.js';

// PCM, level and loudness
export { deinterleave } from './pcm/deinterleave.js';
export { downmix } from './pcm/downmix.js';
export { float32ToInt16 } from './pcm/float32-to-int16.js';
export { Framer } from './pcm/framer.js';
export { int16ToFloat32 } from './pcm/int16-to-float32.js';
export { interleave } from './pcm/interleave.js';
export { dbToGain, dbToPower, meanPower, peakLevel, powerToDb, rmsLevel } from './pcm/level.js';
export { integratedLoudness, LoudnessMeter, type LoudnessOptions, loudnessGain } from './pcm/loudness-meter.js';
export { type MixInput, mix } from './pcm/mix.js';
export { pcmFromBytes, pcmToBytes } from './pcm/pcm-bytes.js';
export { pcmDurationMs } from './pcm/pcm-duration-ms.js';
export { silence } from './pcm/silence.js';
export { SmoothedLevel, type SmoothedLevelOptions } from './pcm/smoothed-level.js';
// Processors and transports
export { type EchoGuard, type EchoGuardOptions, echoGuard } from './processor/echo-guard.js';
export { type ResampleAudioOptions, resampleAudio } from './processor/resample-audio.js';
export { type VoiceActivityOptions, voiceActivity } from './processor/voice-activity.js';
// Recording
export {
  type StereoRecorder,
  type StereoRecorderOptions,
  type StereoTarget,
  stereoRecorder,
} from './recorder/stereo-recorder.js';
// Sample rates
export { Resampler, type ResamplerOptions, resample } from './resample/resampler.js';
export { type WavInputOptions, wavInput } from './transport/wav-input.js';
export { type WavOutputOptions, wavOutput } from './transport/wav-output.js';
// End of turn
export { type OnnxTurnModel, type OnnxTurnModelOptions, onnxTurnModel } from './turn-model/onnx-turn-model.js';
export { type TurnModelOptions, turnModel } from './turn-model/turn-model.js';
export type { TurnModelEngine, TurnPrediction } from './turn-model/turn-model-engine.js';
export { whisperLogMel } from './turn-model/whisper-log-mel.js';
// Voice activity
export { type CombinedVadOptions, combinedVad } from './vad/combined-vad.js';
export { detectSpeech } from './vad/detect-speech.js';
export { type EnergyVadOptions, energyVad } from './vad/energy-vad.js';
export { loadSileroWeights } from './vad/load-silero-weights.js';
export { type SileroVadOptions, sileroVad } from './vad/silero-vad.js';
export type { SileroConvolution, SileroWeights } from './vad/silero-weights.js';
export type { AsyncVadEngine, VadDecision, VadDecisions, VadEngine } from './vad/vad-engine.js';
export type { VadOptions } from './vad/vad-options.js';
// WAV
export { createWavWriter, type WavWriter, type WavWriterOptions } from './wav/create-wav-writer.js';
export { decodeWav } from './wav/decode-wav.js';
export { type EncodeWavOptions, encodeWav } from './wav/encode-wav.js';
export { type OpenWavOptions, openWav, type WavReader } from './wav/open-wav.js';
export { WavError } from './wav/wav-error.js';
export type { WavEncoding, WavFormat } from './wav/wav-format.js';
