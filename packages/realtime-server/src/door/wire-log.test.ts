import { expect, it } from 'vitest';
import { familyOf } from './wire-log.js';

it('knows two protocols, whoever speaks them', () => {
  expect((['ga', 'azure-ga'] as const).map(familyOf)).toEqual(['ga', 'ga']);
  expect((['beta', 'beta-2024-10', 'azure-preview'] as const).map(familyOf)).toEqual(['beta', 'beta', 'beta']);
});
