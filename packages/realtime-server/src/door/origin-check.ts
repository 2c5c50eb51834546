/** Pages that may connect, by their origins, or whoever knows. Clients that are no pages send no origin and are not asked. */
export type RealtimeOrigins = readonly string[] | ((origin: string) => boolean);

/**
 * Makes the check of the origin of a page. Without a rule, a server that asks for keys lets every page try its own; one without
 * keys takes pages of this machine only, for any page that a browser shows could connect to the loopback.
 */
export function originCheck(origins: RealtimeOrigins | undefined, hasKeys: boolean): (origin: string | undefined) => boolean {
  const accepts =
    typeof origins === 'function' ? origins : (origin: string) => origins?.includes(origin) ?? (hasKeys || isLocal(origin));
  return (origin) => origin === undefined || accepts(origin);
}

/** Whether a host name is of this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

function isLocal(origin: string): boolean {
  try {
    return isLoopback(new URL(origin).hostname);
  } catch {
    return false;
  }
}
