import { describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.js';

describe('npm run sim', () => {
  it('says how many conversations were held, and that no rule was broken', async () => {
    const { code, stdout, stderr } = await runCli('sim', ['--seed', '7', '--count', '40']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('40 conversations, 0 violations');
  });

  it('fails when work of a dead turn may go on, with a timeline and the command that shows it again', async () => {
    const { code, stdout } = await runCli('sim', ['--seed', '7', '--count', '200', '--break', 'epoch']);
    expect(code).toBe(1);
    expect(stdout).toContain('No audio of a dead turn is ever played.');
    expect(stdout).toMatch(/✂ │ +\d+ │ +\+\d+ │ .*interruption/u);
    expect(stdout).toMatch(/→ │ .*was heard in turn \d+, and was made in turn \d+\./u);
    expect(stdout).toMatch(/npm run sim -- --seed 7 --only \d+ --break epoch/u);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^200 conversations, [1-9]\d* violations$/u);
  });

  it('shows a single conversation with its bot', async () => {
    const { code, stdout } = await runCli('sim', ['--seed', '7', '--only', '3']);
    expect(code).toBe(0);
    expect(stdout).toContain('session starts');
    expect(stdout).toMatch(/^Its bot: order /u);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 conversations, 0 violations');
  });

  it.each([
    [['--count', '0'], '--count must be 1 or more.'],
    [['--seed', '1.5'], '--seed must be a whole number, 0 or more, not "1.5".'],
    [['--break', 'bones'], '--break must be epoch, not "bones".'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stderr } = await runCli('sim', args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `voxrill sim: ${message}\n` });
  });
});
