/** Why a server could not begin to listen, with what to do about it. `code` and `cause` are those of the system. */
export function listenError(cause: Error, host: string, port: number): Error {
  const code = 'code' in cause ? cause.code : undefined;
  return Object.assign(new Error(sentenceOf(code, cause, host, port), { cause }), code === undefined ? {} : { code });
}

function sentenceOf(code: unknown, { message }: Error, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is taken; give another port, or 0 for any that is free.`;
    case 'EACCES':
    case 'EPERM':
      return `Port ${port} of ${host} is not open to this user; give a port above 1023, or 0 for any that is free.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `Port ${port} of ${host} cannot be had, for ${host} is no address of this machine; give another host.`;
    default:
      return `Port ${port} of ${host} cannot be had (${message}); give another port or host.`;
  }
}
