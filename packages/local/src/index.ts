// Text to speech
export { festivalAvailable } from './festival/festival-available.js';
export { type FestivalOptions, FestivalTTS, festival } from './festival/festival-tts.js';
export { type FliteVoice, fliteVoices } from './flite/flite-protocol.js';
export { type FliteOptions, FliteTTS, flite } from './flite/flite-tts.js';
// Models
export { type EnsureModelsOptions, ensureModels, type MoonshineModel } from './models/ensure-models.js';
export { modelCacheFolder } from './models/model-cache-folder.js';
export type { MoonshineSize } from './models/model-catalog.js';
export type { ModelProgress } from './models/model-progress.js';
// Speech to text
export { type Agreement, LocalAgreement } from './moonshine/local-agreement.js';
export { type MoonshineOptions, MoonshineSTT, moonshine, type RecognitionCost } from './moonshine/moonshine-stt.js';
export { RuleModel, type RuleModelOptions, ruleModel } from './rule-model/rule-model.js';
