export type { Clock } from './clock/clock.js';
export { type Deadline, deadline } from './clock/deadline.js';
export { realClock } from './clock/real-clock.js';
export { sleepOn } from './clock/sleep-on.js';
export { VirtualClock, type VirtualClockOptions } from './clock/virtual-clock.js';
export { wallTime } from './clock/wall-time.js';
export type {
  AssistantMessage,
  ChatMessage,
  ChatToolCall,
  ImagePart,
  InputAudioPart,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserContentPart,
  UserMessage,
} from './context/chat-message.js';
export { type ContextDelta, contextDelta } from './context/context-delta.js';
export { type ContextPair, type ContextPairOptions, contextPair, type TurnControl } from './context/context-pair.js';
export {
  type AudioTokenRates,
  audioTokens,
  type EstimateOptions,
  estimateTokens,
  measuredAudioRates,
  statedAudioRates,
} from './context/estimate-tokens.js';
export { type ContextEntry, type ContextPosition, type ContextVersion, LLMContext } from './context/llm-context.js';
export { messageText } from './context/message-text.js';
export { type PackedHistoryOptions, packedHistory } from './context/packed-history.js';
export { type AudioToTextOptions, audioToText } from './context/policy/audio-to-text.js';
export type { ApplyPolicy, ContextPolicy, PolicyScope } from './context/policy/context-policy.js';
export { type ResetPolicyOptions, resetPolicy } from './context/policy/reset-policy.js';
export { type Summary, type SummaryPolicyOptions, summaryPolicy } from './context/policy/summary-policy.js';
export { type WindowPolicyOptions, windowPolicy } from './context/policy/window-policy.js';
export type { SavedContext, SavedEntry } from './context/saved-context.js';
export { utterancesOf } from './context/utterances-of.js';
export { type ErrorCategory, permanentCategories } from './frames/error-category.js';
export type { Frame, FrameHeader, FrameKind, FrameOf, FramePayload, Lane } from './frames/frame.js';
export { defineFrameKind, type FrameKindDefinition, FrameKinds, type FrameTraits } from './frames/frame-kinds.js';
export type {
  CoreFrameMap,
  FrameMap,
  LLMSettings,
  LLMUsage,
  MetricData,
  PcmAudio,
  SpeechSettings,
  TimedWord,
  ToolCallRequest,
  ToolOutcome,
  TranscriptPayload,
  UtteranceTraits,
} from './frames/frame-map.js';
export type { CostItem, CostLine, CostReport, ModelCost } from './metrics/cost-ledger.js';
export { type CostMeter, type CostMeterOptions, costMeter } from './metrics/cost-meter.js';
export { eachFrameOnce, type FrameObserver, type ObservedSession } from './metrics/each-frame-once.js';
export type { LatencyReport } from './metrics/latency-ledger.js';
export { type LatencyMeter, type LatencyMeterOptions, latencyMeter } from './metrics/latency-meter.js';
export { latencyTable } from './metrics/latency-table.js';
export { type MetricsLoggerOptions, metricsLogger } from './metrics/metrics-logger.js';
export {
  type MetricSummary,
  type MetricsProcessorOptions,
  type MetricsSummary,
  metricsProcessor,
} from './metrics/metrics-processor.js';
export { observeLatency } from './metrics/observe-latency.js';
export { observeUsage, type ServiceUsage } from './metrics/observe-usage.js';
export { type ModelPrice, priceBook, type TokenPrice } from './metrics/price-book.js';
export { type CachedPrefix, type CachedPrefixOptions, cachedPrefix, cachedTokens } from './metrics/prompt-cache.js';
export type { Distribution } from './metrics/reservoir.js';
export type { SessionMeter } from './metrics/session-meter.js';
export { type LatencyPart, latencyLabels, latencyParts, type TurnLatency } from './metrics/turn-latency.js';
export type { UsageReport, UsageTotals } from './metrics/usage-ledger.js';
export { type UsageMeter, usageMeter } from './metrics/usage-meter.js';
export { contextTap, type TappedContext } from './observe/context-tap.js';
export { type EventLoggerOptions, eventLogger } from './observe/event-logger.js';
export { type TranscriptSinkOptions, transcriptSink } from './observe/transcript-sink.js';
export {
  type TranscriptEntry,
  type TranscriptListener,
  type TranscriptTapOptions,
  transcriptTap,
} from './observe/transcript-tap.js';
export type { WebhookEvent } from './observe/webhook-event.js';
export { type WebhooksOptions, webhooks } from './observe/webhooks.js';
export { exceptKinds, filterFrames, identity, onlyKinds } from './pipeline/filters.js';
export type { ChainFit, Fitting, ParallelFit } from './pipeline/fit.js';
export { type GateOptions, gate } from './pipeline/gate.js';
export {
  type GuardrailCall,
  type GuardrailOptions,
  type GuardrailTrip,
  guardrail,
} from './pipeline/guardrail.js';
export { type ModerationCall, type ModerationGateOptions, moderationGate } from './pipeline/moderation-gate.js';
export type { ModerationVerdict } from './pipeline/moderation-verdict.js';
export { type Notifier, notifier } from './pipeline/notifier.js';
export { parallel } from './pipeline/parallel.js';
export { chain, type Pipeline, pipeline } from './pipeline/pipeline.js';
export { type Producer, produce } from './pipeline/producer.js';
export {
  type FailoverOptions,
  type Switchable,
  type SwitchableOptions,
  type SwitchBranches,
  type SwitchFit,
  switchable,
  type UseOptions,
} from './pipeline/switchable.js';
export { type SyncParallelOptions, syncParallel } from './pipeline/sync-parallel.js';
export { defineProcessor, isKind, type ProcessorHandlers, type ProcessorOptions } from './processor/define-processor.js';
export type { Composition, Fit, FrameNeed, FramePorts, FrameProcessor } from './processor/frame-processor.js';
export { fromOperator, type OperatorOptions } from './processor/from-operator.js';
export type { FrameHandler, HandlerContext, HandlerResult, HandlerTable, StageScope } from './processor/handler.js';
export type { StageBounds } from './processor/stage.js';
export { changedSettings } from './services/changed-settings.js';
export type {
  LanguageModel,
  LLMChunk,
  LLMRequest,
  ServiceCall,
  SpeechToText,
  TextToSpeech,
  TranscriptResult,
  TTSChunk,
  UtteranceAudio,
} from './services/contracts.js';
export { LLMService, type LLMTuning } from './services/llm-service.js';
export { Preroll, prerollMs, usualPrefixMs } from './services/preroll.js';
export { realtimeFit } from './services/realtime-fit.js';
export { ServiceError } from './services/service-error.js';
export { STTService, type STTTuning } from './services/stt-service.js';
export { TTSService, type TTSTuning } from './services/tts-service.js';
export { usageMetrics, usageOf } from './services/usage-metrics.js';
export type { AnySession } from './session/any-session.js';
export { type Logger, silentLogger } from './session/logger.js';
export { PerSession } from './session/per-session.js';
export { createSession, type Session } from './session/session.js';
export type { SessionContext } from './session/session-context.js';
export type { SessionOptions, UnusablePolicy } from './session/session-options.js';
export type { EndReason, ReportedError, SessionReport } from './session/session-report.js';
export type { SessionState } from './session/session-state.js';
export type { TappedFrame } from './session/tapped-frame.js';
export type { TurnRecord } from './session/turn-log.js';
export { type DtmfAggregatorOptions, dtmfAggregator } from './text/dtmf-aggregator.js';
export { type PatternAggregatorOptions, type PatternMatch, patternAggregator } from './text/pattern-aggregator.js';
export { SentenceAggregator } from './text/sentence-aggregator.js';
export { sentences } from './text/sentences.js';
export { spokenNumbers } from './text/spoken-numbers.js';
export { type TextFilterStep, textFilter } from './text/text-filter.js';
export { type RewriteWordsOptions, type RunningRewriter, rewriteWords, type TextRewriter } from './text/text-rewriter.js';
export { withoutEmoji } from './text/without-emoji.js';
export { withoutMarkdown } from './text/without-markdown.js';
export { defineTool, type Tool, type ToolCall, type ToolDefinition, type ToolOptions } from './tools/tool.js';
export { type WebhookToolOptions, webhookTool } from './tools/webhook/webhook-tool.js';
export type { AudioFormat, AudioSink, OpenSink } from './transport/audio-sink.js';
export { heardText } from './transport/heard-text.js';
export { type InputPort, type InputTransportOptions, inputTransport } from './transport/input-transport.js';
export { type OutputTransportOptions, outputTransport } from './transport/output-transport.js';
export { type PacedDevice, type PacingHost, type PacingOptions, pacedSink } from './transport/paced-sink.js';
export { type FillerOptions, filler } from './turn/filler/filler.js';
export { type IdleStep, type UserIdle, type UserIdleOptions, userIdle } from './turn/idle/user-idle.js';
export { atOnce } from './turn/interruption/at-once.js';
export { type ExceptBackchannelsOptions, exceptBackchannels } from './turn/interruption/except-backchannels.js';
export { type InterruptAfterOptions, interruptAfter } from './turn/interruption/interrupt-after.js';
export { isBackchannel } from './turn/interruption/is-backchannel.js';
export { neverInterrupt } from './turn/interruption/never-interrupt.js';
export { type PauseAndConfirmOptions, pauseAndConfirm } from './turn/interruption/pause-and-confirm.js';
export { type MuteDuringToolsOptions, muteDuringTools } from './turn/mute/mute-during-tools.js';
export { muteFirstSpeech } from './turn/mute/mute-first-speech.js';
export type { MuteStrategy } from './turn/mute/mute-strategy.js';
export { muteUntilFirstReply } from './turn/mute/mute-until-first-reply.js';
export { muteWhen } from './turn/mute/mute-when.js';
export { muteWhileBotSpeaks } from './turn/mute/mute-while-bot-speaks.js';
export { pushToTalkTurns, turnPresets } from './turn/presets.js';
export { type PushToTalkOptions, pushToTalk } from './turn/push-to-talk.js';
export { minDurationStart } from './turn/start/min-duration-start.js';
export { minWordsStart } from './turn/start/min-words-start.js';
export { serviceStart } from './turn/start/service-start.js';
export { transcriptStart } from './turn/start/transcript-start.js';
export { vadStart } from './turn/start/vad-start.js';
export { type WakePhraseOptions, wakePhraseStart } from './turn/start/wake-phrase-start.js';
export { type DynamicStopOptions, dynamicStop } from './turn/stop/dynamic-stop.js';
export { type JudgeStopOptions, judgeStop } from './turn/stop/judge-stop.js';
export { type PhraseCompleteness, phraseCompleteness } from './turn/stop/phrase-completeness.js';
export { type PhraseStopOptions, phraseStop } from './turn/stop/phrase-stop.js';
export { releaseStop } from './turn/stop/release-stop.js';
export { type ServiceStopOptions, serviceStop } from './turn/stop/service-stop.js';
export { type SilenceStopOptions, silenceStop } from './turn/stop/silence-stop.js';
export { type VerdictStopOptions, verdictStop } from './turn/stop/verdict-stop.js';
export type { TurnOptions } from './turn/turn-options.js';
export type {
  InterruptionScope,
  InterruptionStrategy,
  SaidSoFar,
  StartStrategy,
  StopStrategy,
  StrategyRun,
  TurnScope,
  TurnSignal,
} from './turn/turn-strategy.js';
