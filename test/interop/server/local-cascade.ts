import { pipeline } from '@voxrill/core';
import { flite, moonshine, ruleModel } from '@voxrill/local';
import type { MakePipeline } from '@voxrill/realtime-server';

/** The bot that needs no key and no network: it really listens and really speaks. */
export const localCascade: MakePipeline = (call) =>
  pipeline(call.input, moonshine(), call.conversation, ruleModel(), flite(), call.output);
