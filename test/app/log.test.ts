import { expect } from 'chai';
import { createLog, type AppLog, type LogOptions } from '../../node/app/log.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';

const recorded = (options: LogOptions = {}): { log: AppLog; lines: () => Record<string, unknown>[] } => {
  const written: string[] = [];
  const log = createLog({ stream: { write: (line) => void written.push(line) }, now: () => 1_000, ...options });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
};

describe('the log', () => {
  it('writes one JSON object a line: time, level by name, event, facts', () => {
    const { log, lines } = recorded({ base: { daemon: 'provider' } });
    log.info('period-proven', { period: 7, gas: 210_000n });
    log.alarm('proof-late');
    const time = new Date(1_000).toISOString();
    expect(lines()).to.deep.equal([
      { level: 'info', time, daemon: 'provider', period: 7, gas: '210000', event: 'period-proven' },
      { level: 'alarm', time, daemon: 'provider', event: 'proof-late' },
    ]);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = recorded({ level: 'warn' });
    log.debug('line-a');
    log.info('line-b');
    log.warn('line-c');
    log.alarm('line-d');
    expect(lines().map(({ event }) => event)).to.deep.equal(['line-c', 'line-d']);
  });

  it('shows errors with code and cause, bytes as hex, and never a secret', () => {
    const { log, lines } = recorded();
    const error = new HoldfastError('SHARDS_TOO_FEW', { present: 1, needed: 4 }, { cause: new Error('socket closed') });
    log.warn('line-x', {
      error,
      root: Uint8Array.of(1, 2),
      bulk: new Uint8Array(100),
      wallet: { password: 'p', privateKey: '0x1' },
      key: 'k',
      amounts: [1n],
    });
    const [line] = lines();
    expect(line?.['error']).to.deep.equal({
      code: 'SHARDS_TOO_FEW',
      message: 'only 1 of the 4 shards needed are there',
      cause: { name: 'Error', message: 'socket closed' },
    });
    expect(line).to.include({ root: '0x0102', bulk: '100 bytes', key: '[secret]' });
    expect(line?.['wallet']).to.deep.equal({ password: '[secret]', privateKey: '[secret]' });
    expect(line?.['amounts']).to.deep.equal(['1']);
  });

  it('survives facts that contain themselves', () => {
    const { log, lines } = recorded();
    const facts: Record<string, unknown> = {};
    facts['self'] = facts;
    log.info('line-x', facts);
    expect(JSON.stringify(lines())).to.contain('…');
  });

  it('keeps the newest alarms, for status', () => {
    const { log } = recorded({ alarmsKept: 2 });
    log.warn('no-alarm');
    for (const period of [1, 2, 3]) log.alarm('proof-missed', { period, lost: 5n });
    expect(log.alarms()).to.deep.equal([
      { at: 1_000, event: 'proof-missed', facts: { period: 2, lost: '5' } },
      { at: 1_000, event: 'proof-missed', facts: { period: 3, lost: '5' } },
    ]);
  });
});
