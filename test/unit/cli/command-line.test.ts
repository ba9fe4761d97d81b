import { describe, expect, it } from 'vitest';
import { command } from '../../support/processes/command-line.js';

describe('the command line', () => {
  it.each([
    ['a misspelt command', ['helth'], 'Did you mean health?'],
    ['a misspelt command of a group', ['quarantine', 'lst'], 'Did you mean list?'],
    ['a misspelt option', ['stats', '--jsn'], 'Did you mean --json?'],
    ['a key without its dot', ['stats', '--service-port', '1'], 'keys have a dot'],
    ['a word too many', ['stats', 'sessions'], 'too many arguments'],
    ['an option of no command', ['--verbose'], "unknown option '--verbose'"],
    ['a group alone', ['quarantine'], 'requeue'],
    ['an option without its value', ['health', '--config'], 'argument missing'],
  ])('refuses %s with exit code 2, and suggests what was meant', async (_, words, hint) => {
    const { code, stdout, stderr } = await command(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(hint);
  });

  it('does not repeat the value of an unknown option', async () => {
    const { code, stderr } = await command(['stats', '--password=hunter2']);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--password'");
    expect(stderr).not.toContain('hunter2');
  });

  it('refuses an address with a password, and does not repeat it', async () => {
    const { code, stderr } = await command(['health', '--url', 'http://me:hunter2@127.0.0.1:1']);
    expect(code).toBe(2);
    expect(stderr).toContain('--url');
    expect(stderr).toContain('Expected an address such as http://127.0.0.1:8001');
    expect(stderr).not.toContain('hunter2');
  });

  it('runs serve without a command', async () => {
    const { code, stdout } = await command(['--print-config', '--buffer.flush_interval', '7']);
    expect(code).toBe(0);
    expect(stdout).toContain('flush_interval: 7\n');
    expect(stdout).toBe(
      (await command(['serve', '--print-config', '--buffer.flush_interval', '7'])).stdout,
    );
  });

  it('accepts configuration keys before, between and after other arguments', async () => {
    const words = ['--service.port', '1', 'config', '--service.host=::1', 'print', '--json'];
    const { stdout } = await command([...words, '--buffer.flush_interval', '7']);
    expect(JSON.parse(stdout)).toMatchObject({
      service: { port: 1, host: '::1' },
      buffer: { flush_interval: 7 },
    });
  });

  it.each([[['--help']], [['serve', '--help']]])(
    'explains itself, every key included: %j',
    async (words) => {
      const { code, stdout } = await command(words);
      expect(code).toBe(0);
      expect(stdout).toMatch(/--buffer.max_buffer_size\s+BUFFER_MAX_BUFFER_SIZE\s+1000/);
    },
  );

  it.each([['quarantine', 'requeue'], ['cleanup'], ['stats'], ['config', 'check'], ['migrate']])(
    'explains %s %s with its options',
    async (...words) => {
      const { code, stdout } = await command([...words, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain('--section.key value');
      expect(stdout).toContain('--json');
    },
  );
});
