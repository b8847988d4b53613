import { expect } from 'chai';
import { afterHanding, decideFollow, inDoubt, type FollowFacts } from '../../node/chain/transactions/decide-follow.js';
import { decideGap } from '../../node/chain/transactions/decide-gap.js';
import {
  decideClaim,
  decideForgetting,
  decideJoin,
  decideKeeping,
  decideNext,
  decideNonce,
  isUrgent,
} from '../../node/chain/transactions/decide-next.js';
import type { Flight } from '../../node/chain/transactions/flight.js';
import type { Sighting } from '../../node/chain/transactions/sighting.js';
import type { Aloft, Life, Transaction, Waiter } from '../../node/chain/transactions/transaction.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { address } from '../../node/core/units.js';

const error = new HoldfastError('RPC_REFUSED', { url: 'http://rpc', method: 'eth_sendRawTransaction', reason: 'insufficient funds' });
const flightAt = (nonce: number): Flight => ({ nonce }) as Flight;
const flight = flightAt(7);
const receipt = { blockNumber: 3 } as never;

const lives = {
  fresh: { kind: 'signed', flight, isFresh: true },
  inherited: { kind: 'signed', flight, isFresh: false },
  taken: { kind: 'flying', flight, since: 10, handed: { head: 10, at: 0 }, isTaken: true },
  unheard: { kind: 'flying', flight, since: 10, handed: { head: 10, at: 0 }, isTaken: false },
  refused: { kind: 'refused', flight, error },
  unknown: { kind: 'unknown', flight, since: { head: 10, at: 0 }, isTold: false },
} as const satisfies Record<string, Aloft>;

describe('what to do about a signed transaction', () => {
  const decide = (life: Aloft, sighting: Sighting['kind'], more: Partial<FollowFacts> = {}): string => {
    const seen = { kind: sighting, receipt, hash: '0x01', error } as unknown as Sighting;
    const facts = { life, sighting: seen, head: 10, now: 0, deadline: null, cancels: false, patience: 4, ...more };
    const decision = decideFollow(facts);
    if (decision.kind === 'replace') return decision.cancels ? 'cancel' : 'replace';
    return decision.kind === 'end' ? `end ${decision.ending.kind}` : decision.kind;
  };

  it('only what is seen mined under the nonce ends it, whatever it was before', () => {
    for (const life of Object.values(lives)) {
      expect((['mined', 'cancelled', 'foreign'] as const).map((seen) => decide(life, seen))).to.deep.equal([
        'end mined',
        'end cancelled',
        'end foreign',
      ]);
      expect((['shallow', 'used', 'disputed'] as const).map((seen) => decide(life, seen))).to.deep.equal(['hold', 'doubt', 'tell']);
    }
  });

  const table: readonly (readonly [keyof typeof lives, Partial<FollowFacts>, string])[] = [
    ['fresh', {}, 'hand'],
    ['inherited', {}, 'hand'],
    ['unknown', {}, 'hand'],
    ['refused', {}, 'search'],
    ['refused', { deadline: 10 }, 'search'],
    ['taken', {}, 'hold'],
    ['taken', { head: 13, now: 60_000 }, 'hold'],
    ['taken', { head: 14 }, 'replace'],
    ['taken', { head: 14, cancels: true }, 'cancel'],
    ['taken', { head: 11, patience: 1 }, 'replace'],
    ['taken', { deadline: 11 }, 'hold'],
    ['taken', { deadline: 10 }, 'cancel'],
    ['taken', { deadline: 10, cancels: true }, 'hold'],
    ['inherited', { deadline: 10 }, 'cancel'],
    ['unheard', {}, 'hold'],
    ['unheard', { head: 11 }, 'hand'],
    ['unheard', { now: 2_000 }, 'hand'],
    ['unheard', { head: 14 }, 'replace'],
  ];
  for (const [life, facts, what] of table)
    it(`while its nonce is free: ${life} ${JSON.stringify(facts)} → ${what}`, () => {
      expect(decide(lives[life], 'absent', facts)).to.equal(what);
    });

  it('a refusal counts only for what no node was ever handed before', () => {
    const refusal = { kind: 'refused', error } as const;
    expect(afterHanding(lives.fresh, refusal, 11, 5).kind).to.equal('refused');
    for (const life of [lives.inherited, lives.taken, lives.unheard, lives.unknown])
      expect(afterHanding(life, refusal, 11, 5).kind).to.equal('flying');
  });

  it('what nodes say decides whether it is handed over again, and never moves the time of the first hand-over', () => {
    const after = (life: Aloft, kind: 'accepted' | 'nonce-used' | 'underpriced' | 'unknown', head = 12) => {
      const next = afterHanding(life, kind === 'unknown' ? { kind, error } : { kind }, head, 5);
      return next.kind === 'flying' ? [next.since, next.handed.head, next.isTaken] : [next.kind];
    };
    expect(after(lives.fresh, 'accepted')).to.deep.equal([12, 12, true]);
    expect(after(lives.fresh, 'unknown')).to.deep.equal([12, 12, false]);
    expect(after(lives.unheard, 'unknown')).to.deep.equal([10, 12, false]);
    expect(after(lives.unheard, 'accepted')).to.deep.equal([10, 12, true]);
    expect(after(lives.taken, 'unknown')).to.deep.equal([10, 12, true]);
    expect(after(lives.taken, 'nonce-used')).to.deep.equal([10, 12, false]);
    expect(after(lives.taken, 'underpriced', 8)).to.deep.equal([8, 8, false]);
  });

  it('a doubt is told after five blocks or a minute, and begins when it began', () => {
    expect(inDoubt(lives.taken, 12, 7)).to.deep.include({ since: { head: 12, at: 7 }, isTold: false });
    expect(inDoubt(lives.unknown, 14, 59_999)).to.deep.include({ since: { head: 10, at: 0 }, isTold: false });
    expect(inDoubt(lives.unknown, 15, 0).isTold).to.equal(true);
    expect(inDoubt(lives.unknown, 10, 60_000).isTold).to.equal(true);
  });
});

describe('what goes next of all that is wanted', () => {
  const to = address(`0x${'77'.repeat(20)}`);
  interface Wanted {
    readonly isHeard?: boolean;
    readonly value?: bigint;
    readonly intention?: string | null;
    readonly repeatable?: boolean;
  }
  const of = (life: Life, priority: 'audit' | 'normal' = 'normal', wanted: Wanted = {}): Transaction => {
    const { isHeard = true, value = 1n, intention = null, repeatable = false } = wanted;
    return {
      call: { to, data: '0x', value },
      waiters: new Set<Waiter>(isHeard ? [Promise.withResolvers()] : []),
      terms: { action: 'transfer', priority, deadline: null, intention, repeatable },
      life,
      isCounted: false,
      search: {},
      second: undefined,
    };
  };
  const waiting = (priority?: 'audit'): Transaction => of({ kind: 'waiting' }, priority);

  it('the oldest that waits, when nothing is on its way', () => {
    const [first, second] = [waiting(), waiting()];
    expect(decideNext([first, second])).to.equal(first);
    expect(decideNext([of(lives.taken), first])).to.equal(undefined);
    expect(decideNext([of(lives.refused), first])).to.equal(undefined);
    expect(decideNext([of(lives.inherited, 'normal', { isHeard: false }), first])).to.equal(undefined);
    expect(decideNext([of(lives.unknown), of({ kind: 'done', flight, block: 3 }), first])).to.equal(first);
  });

  it('an audit at once, unless another that is waited for flies', () => {
    const audit = waiting('audit');
    expect(decideNext([of(lives.taken), waiting(), audit])).to.equal(audit);
    expect(decideNext([of(lives.taken, 'audit'), audit])).to.equal(undefined);
    expect(decideNext([of(lives.taken, 'audit', { isHeard: false }), audit])).to.equal(audit);
    expect([isUrgent([waiting(), audit]), isUrgent([of(lives.taken, 'audit')]), isUrgent([waiting(), of(lives.taken)])]).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it('under the nonce after all that are on their way', () => {
    expect(decideNonce([waiting(), of({ ...lives.taken, flight: flightAt(9) }), of(lives.taken)], 8)).to.equal(10);
    expect(decideNonce([waiting()], 8)).to.equal(8);
  });

  it('a nonce that nothing has and something waits for is a gap, the lowest one', () => {
    expect(decideGap([], 3)).to.equal(undefined);
    expect(decideGap([3, 4], 3)).to.equal(undefined);
    expect(decideGap([2], 3)).to.equal(undefined);
    expect(decideGap([3], 2)).to.equal(2);
    expect(decideGap([3, 6, 5], 3)).to.equal(4);
  });

  it('the same call joins what nobody waits for, and nothing else', () => {
    const request = { action: 'again', to, data: '0x', value: 1n } as const;
    const orphan = of(lives.taken, 'normal', { isHeard: false });
    const done = of({ kind: 'done', flight, block: 3 }, 'normal', { isHeard: false });
    const waits = of({ kind: 'waiting' }, 'normal', { isHeard: false });
    expect(decideJoin([waits, of(lives.taken), orphan], request)).to.equal(orphan);
    expect(decideJoin([done], request)).to.equal(undefined);
    expect(decideClaim([done, orphan, waits])).to.deep.equal({ one: waits, done });
    expect(decideClaim([of({ kind: 'done', flight, block: 3 }, 'normal', { intention: 'open 1' }), waits])).to.equal(undefined);
    expect(decideClaim([of({ kind: 'done', flight, block: 3 }, 'normal', { value: 2n }), orphan, waits])).to.equal(undefined);
    expect(decideJoin([waits, of(lives.taken), of(lives.taken, 'normal', { isHeard: false, value: 2n })], request)).to.equal(undefined);
  });

  it('the same intention joins whatever it is, and another call under it is refused', () => {
    const request = { action: 'again', to, data: '0x', value: 1n, intention: 'open 1' } as const;
    for (const life of [{ kind: 'waiting' }, lives.taken, lives.unknown, { kind: 'done', flight, block: 3 }] as const) {
      const known = of(life, 'normal', { intention: 'open 1' });
      expect(decideJoin([of(lives.taken), known], request)).to.equal(known);
      expect(decideJoin([known], { ...request, intention: 'open 2' })).to.equal(undefined);
      expect(() => decideJoin([known], { ...request, value: 2n }))
        .to.throw(HoldfastError)
        .with.property('code', 'INTENTION_CHANGED');
      const { intention: _, ...unnamed } = request;
      expect(decideJoin([of(life, 'normal', { intention: 'open 1', isHeard: false })], unnamed)).to.equal(undefined);
    }
  });

  it('what is mined is kept by its name, or if nobody was told of what must not be done twice', () => {
    const kept = [{ intention: 'open 1' }, { isHeard: false }, { isHeard: false, repeatable: true }, {}].map((wanted) =>
      decideKeeping(of(lives.taken, 'normal', wanted)),
    );
    expect(kept).to.deep.equal([true, true, false, false]);
  });

  it('and forgotten without a name by its age, with a name by the number of newer ones', () => {
    const limits = { claimBlocks: 32, keptIntentions: 2 };
    const doneIn = (block: number, intention: string | null): Transaction => of({ kind: 'done', flight, block }, 'normal', { intention });
    const unnamed = doneIn(3, null);
    expect(decideForgetting([unnamed, of(lives.taken)], 35, limits)).to.deep.equal([]);
    expect(decideForgetting([unnamed, of(lives.taken)], 36, limits)).to.deep.equal([unnamed]);
    const named = [5, 4, 9].map((block) => doneIn(block, `open ${block}`));
    expect(decideForgetting(named, 1_000_000, limits)).to.deep.equal([named[1]]);
  });
});
