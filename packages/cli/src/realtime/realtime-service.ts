import type { OpenAIRealtimeOptions } from '@voxrill/openai';
import { UsageError } from '../command-line/usage-error.js';

/** Where the end-to-end model is. */
export interface RealtimeService {
  /** How it is reached; undefined for our own server, which is started for the run. */
  readonly connection: OpenAIRealtimeOptions | undefined;
  /** What a person calls it; undefined if nothing leaves this process. */
  readonly place: string | undefined;
}

/** What the command line says about it. */
export interface RealtimeChoice {
  readonly model: string | undefined;
  readonly voice: string | undefined;
  readonly url: string | undefined;
  readonly offline: boolean;
  readonly apiKey: string | undefined;
}

const usualModel = 'gpt-realtime';

/** Our own server, unless the environment has a key for OpenAI or Azure, or another server is named. */
export function realtimeService(choice: RealtimeChoice, env: NodeJS.ProcessEnv): RealtimeService {
  const { model = usualModel, url, offline, apiKey } = choice;
  const voice = choice.voice === undefined ? {} : { voice: choice.voice };
  if (offline && url !== undefined) throw new UsageError('--offline and --url exclude each other; give one of them.');
  if (apiKey !== undefined && url === undefined) throw new UsageError('--api-key-env needs --url URL beside it.');
  if (model.trim() === '') throw new UsageError('--model needs the name of a model.');
  if (url !== undefined) {
    if (!isAddress(url)) throw new UsageError(`--url must begin with ws:, wss:, http: or https:, and is "${url}".`);
    const key = apiKey === undefined ? {} : { apiKey };
    // It need not have a model of the usual name; many have but one, and take any name for it.
    const place = `${choice.model ?? 'the model'} at ${new URL(url).host}`;
    return { connection: { model, baseURL: url, ...key, ...voice }, place };
  }
  const openaiKey = env.OPENAI_API_KEY?.trim() ?? '';
  if (!offline && openaiKey !== '')
    return {
      connection: { model, apiKey: openaiKey, ...voice },
      place: `${model} at api.openai.com; --offline stays on this machine`,
    };
  const endpoint = env.AZURE_OPENAI_ENDPOINT?.trim() ?? '';
  if (offline || endpoint === '') {
    if (choice.model !== undefined)
      throw new UsageError('--model needs a service that has it: set OPENAI_API_KEY without --offline, or give --url URL.');
    return { connection: undefined, place: undefined };
  }
  const azureKey = env.AZURE_OPENAI_API_KEY?.trim() ?? '';
  if (azureKey === '' || !isAddress(endpoint))
    throw new UsageError(
      'Azure needs a URL such as https://NAME.openai.azure.com in AZURE_OPENAI_ENDPOINT and a key in AZURE_OPENAI_API_KEY; set both, or add --offline.',
    );
  const deployment = choice.model ?? (env.AZURE_OPENAI_DEPLOYMENT?.trim() || usualModel);
  const connection = { model: deployment, dialect: 'azure-ga', baseURL: endpoint, apiKey: azureKey, ...voice } as const;
  return { connection, place: `${deployment} at ${new URL(endpoint).host}; --offline stays on this machine` };
}

const isAddress = (url: string): boolean => URL.canParse(url) && /^(?:wss?|https?):$/u.test(new URL(url).protocol);
