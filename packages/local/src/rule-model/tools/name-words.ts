/** The words of an identifier: `get_weather`, `getWeather` and `get-weather` are “get weather”. */
export function wordsOfName(name: string): string[] {
  return (
    name
      .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
