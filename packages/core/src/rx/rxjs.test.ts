import * as door from 'rxjs';
import { expect, it } from 'vitest';
import * as parts from './rxjs.js';

it('hands out the very classes and functions of the rxjs package', () => {
  for (const [name, part] of Object.entries(parts)) expect(part, name).toBe(Reflect.get(door, name));
});
