/** Where OpenAI itself is. */
export const openaiBaseURL = 'https://api.openai.com/v1';

/** Checks a base URL and takes the slash from its end. */
export function checkedBaseURL(given: string): string {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw new TypeError(`openaiChat: baseURL must be a URL such as http://localhost:11434/v1, not "${given}".`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`openaiChat: baseURL must begin with http:// or https://, not "${url.protocol}//".`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('openaiChat: baseURL must not hold a password; give it as apiKey or in headers.');
  }
  return given.replace(/\/+$/, '');
}

const privateHost =
  /^(?:localhost|.*\.localhost|.*\.local|.*\.internal|127\.\d+\.\d+\.\d+|0\.0\.0\.0|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\]|\[f[cd][\da-f]{2}:.*\]|[^.:[\]]+)$/i;

/** Whether a base URL is on this machine or in its own network, where servers such as Ollama ask for no key. */
export const isLocalURL = (baseURL: string): boolean => privateHost.test(new URL(baseURL).hostname);
