import { invalidRequest, type RealtimeErrorDetail, type RealtimeSession } from '@voxrill/openai';

type Asked = Pick<Extract<RealtimeSession, { readonly type: 'realtime' }>, 'tools' | 'prompt'>;

/** The answer to settings that only OpenAI can act on; undefined if there are none. `place`: where they stand in their event. */
export function unsupportedSettings(
  { tools, prompt }: Asked,
  place: 'session' | 'response',
  eventId: string | undefined,
): RealtimeErrorDetail | undefined {
  const refuse = (member: string, message: string): RealtimeErrorDetail =>
    invalidRequest('invalid_value', message, { param: `${place}.${member}`, eventId });
  if ((tools ?? []).some(({ type }) => type === 'mcp')) {
    return refuse('tools', "Invalid value: 'mcp'. This server calls no MCP servers: give it functions.");
  }
  if (prompt === undefined || prompt === null) return undefined;
  return refuse('prompt', 'This server stores no prompts: give it instructions.');
}
