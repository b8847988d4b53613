import { expect } from 'chai';
import { longestRest } from '../../node/app/wallet-session.js';
import { limitIn, restIn } from '../../node/chain/rpc/rate-limit.js';
import type { RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { createSmallWorld, type SmallWorld } from '../support/rpc/small-world.js';

describe('what an RPC says of its limits', () => {
  it('in HTTP: seconds, a date, or nothing', () => {
    const now = Date.parse('Mon, 30 Nov 2026 01:00:00 GMT');
    expect([
      restIn('7', now),
      restIn(' 0.5 ', now),
      restIn('Mon, 30 Nov 2026 01:02:00 GMT', now),
      restIn('Mon, 30 Nov 2026 00:00:00 GMT', now),
      restIn('soon', now),
      restIn(null, now),
    ]).to.deep.equal([7_000, 500, 120_000, 0, 1_000, 1_000]);
  });

  const said: readonly (readonly [string, { code?: number; message?: string; data?: unknown }, number | undefined])[] = [
    ['EIP-1474', { code: -32_005, message: 'limit exceeded' }, 1_000],
    [
      'Infura',
      { code: -32_005, message: 'project ID request rate exceeded', data: { rate: { backoff_seconds: 30, allowed_rps: 10 } } },
      30_000,
    ],
    ['Alchemy', { code: 429, message: 'Your app has exceeded its compute units per second capacity.' }, 1_000],
    ['QuickNode', { code: -32_007, message: '50/second request limit reached - reduce calls per second' }, 1_000],
    ['Ankr', { code: -32_090, message: 'Too many requests, reason: call rate limit exhausted, retry in 10s' }, 10_000],
    ['Chainstack', { code: -32_005, message: "You've exceeded the RPS limit", data: { try_again_in: '122.5ms' } }, 123],
    ['a stranger', { code: -32_000, message: 'rate limited, try again in 2 seconds' }, 2_000],
    ['too many logs', { code: -32_005, message: 'query returned more than 10000 results' }, undefined],
    ['a refusal', { code: -32_000, message: 'nonce too low' }, undefined],
  ];
  for (const [who, error, milliseconds] of said)
    it(`in JSON-RPC: ${who}`, () => {
      expect(limitIn({ id: 1, error }, 'eth_call')).to.equal(milliseconds);
    });

  it('but not of logs, where the same code says that there are too many', () => {
    expect(limitIn({ id: 1, error: { code: -32_005, message: 'limit exceeded' } }, 'eth_getLogs')).to.equal(undefined);
    expect(limitIn({ id: 1, error: { code: -32_005, message: 'rate limited' } }, 'eth_getLogs')).to.equal(1_000);
  });
});

/** Refuses everything until a time of its own clock, and counts what comes too early. */
const limitFor = (proxy: RpcProxy, milliseconds: number, headers: Record<string, string>, status = 429) => {
  const counted = { early: 0, served: 0 };
  const until = Date.now() + milliseconds;
  proxy.refuse = () => {
    if (Date.now() >= until) return void counted.served++;
    counted.early++;
    return { status, headers };
  };
  return counted;
};

describe('an RPC that wants rest', function () {
  this.timeout(60_000);
  let world: SmallWorld;
  afterEach(async () => world.close());
  const balance = async (): Promise<bigint> => world.rpc.read(async () => world.rpc.provider.getBalance(world.to));

  for (const [what, headers] of [
    ['seconds', () => ({ 'retry-after': '1' })],
    ['a date', () => ({ 'retry-after': new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 1_000).toUTCString() })],
  ] as const)
    it(`is asked again when it said, not before: ${what}`, async () => {
      world = await createSmallWorld();
      const named = headers();
      const milliseconds = named['retry-after'] === '1' ? 1_000 : Date.parse(named['retry-after']) - Date.now();
      const counted = limitFor(world.proxies[0] as RpcProxy, milliseconds, named);
      await Promise.all([balance(), balance()]);
      expect(counted.early).to.equal(1);
      expect(counted.served).to.be.greaterThan(0);
    });

  it('is asked again when it said so in an error of JSON-RPC', async () => {
    world = await createSmallWorld();
    const until = Date.now() + 500;
    let early = 0;
    world.bend(() => {
      if (Date.now() >= until) return undefined;
      early++;
      return { error: { code: -32_005, message: 'limit exceeded', data: { rate: { backoff_seconds: 0.5 } } } };
    });
    await balance();
    expect(early).to.equal(1);
  });

  it('gets no more of it than a quarter of the window, whatever it asks for', () => {
    const rest = (blockMilliseconds: number, windowBlocks: number): number =>
      longestRest({ blockMilliseconds, parameters: { windowBlocks } });
    expect([rest(12_000, 1_800), rest(1_000, 60), rest(250, 10)]).to.deep.equal([60_000, 15_000, 625]);
  });

  it('for longer than the option allows is asked then', async () => {
    world = await createSmallWorld(1, { limitMilliseconds: 100 });
    const counted = limitFor(world.proxies[0] as RpcProxy, 250, { 'retry-after': '86400' });
    await balance();
    expect(counted.early).to.be.within(2, 4);
  });

  it('is left alone while another answers, and an audit goes out there', async () => {
    world = await createSmallWorld(2);
    const [one, other] = world.proxies as [RpcProxy, RpcProxy];
    const queue = await world.queue();
    const counted = limitFor(one, 600_000, { 'retry-after': '600' });
    const proof = queue.submit({ ...world.transfer, action: 'prove', priority: 'audit' });
    await world.minedWhile(proof);
    expect(other.methods).to.include('eth_sendRawTransaction');
    expect(world.chain.received(world.to)).to.equal(5n);
    const { early } = counted;
    for (let read = 0; read < 20; read++) await balance();
    expect(counted.early).to.equal(early);
    expect(world.log.lines.filter(({ event }) => event === 'rpc-set-aside')[0]?.facts).to.include({ url: one.url, milliseconds: 60_000 });
  });

  it('like all others is asked as soon as one may be', async () => {
    world = await createSmallWorld(2);
    const [one, other] = world.proxies as [RpcProxy, RpcProxy];
    const long = limitFor(one, 600_000, { 'retry-after': '600' });
    const short = limitFor(other, 1_000, { 'retry-after': '1' });
    await balance();
    expect(short.early).to.equal(1);
    expect(short.served).to.be.greaterThan(0);
    expect(long.early).to.be.within(1, 2);
  });
});
