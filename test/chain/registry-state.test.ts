import { expect } from 'chai';
import fc from 'fast-check';
import type { CursorStep } from '../../node/chain/index/event-cursor.js';
import { advance, raiseFloor, recordsOf, type RegistryChange, type RegistryState } from '../../node/chain/index/registry-state.js';
import { blockNumber, type Address } from '../../node/core/units.js';
import { actor, hashOf } from '../support/worlds/actors.js';

const names = ['bob', 'carol', 'dave'] as const;
/** Deriving keys is what would take time here. */
const accounts = Object.fromEntries(names.map((name) => [name, actor(name).address]));
const accountOf = (name: string): Address => accounts[name] as Address;
const empty: RegistryState = { floor: 0, base: new Map(), changes: [] };

const change = (block: number, name: string, registers: boolean, peerId: string): RegistryChange => ({
  block,
  provider: accountOf(name),
  registers,
  fields: { peerId },
});
const events = (from: number, to: number, ...found: RegistryChange[]): CursorStep<RegistryChange> => ({
  kind: 'events',
  from: blockNumber(from),
  waypoint: { block: blockNumber(to), hash: hashOf(`block ${to}`) },
  events: found,
});
const peers = (state: RegistryState | undefined, most = 10): string[] =>
  Array.from((state && recordsOf(state, most))?.values() ?? [], ({ peerId }) => peerId);

describe('the state of the registry', () => {
  it('is what the present chain tells, whatever reorgs came between, and wherever its floor is', () => {
    const block = fc.record({ who: fc.constantFrom(...names), peerId: fc.string({ minLength: 1, maxLength: 3 }) });
    const act = fc.record({
      kind: fc.constantFrom('grow' as const, 'reorg' as const, 'raise' as const),
      depth: fc.integer({ min: 1, max: 6 }),
      blocks: fc.array(fc.option(block), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (story) => {
        // Block 0 is the first floor: nothing happened in it.
        let chain: ({ who: string; peerId: string } | null)[] = [null];
        let state: RegistryState = empty;
        const naive = (): Map<string, string> => {
          const found = new Map<string, string>();
          for (const each of chain) if (each !== null) found.set(accountOf(each.who), each.peerId);
          return found;
        };
        for (const { kind, depth, blocks } of story) {
          if (kind === 'raise') state = raiseFloor(state, Math.max(state.floor, chain.length - 1 - depth), 10) as RegistryState;
          else if (kind === 'reorg') {
            const to = Math.max(state.floor, chain.length - 1 - depth);
            chain = chain.slice(0, to + 1);
            state = advance(state, { kind: 'rewind', to }) as RegistryState;
          } else {
            const from = chain.length;
            const known = naive();
            const found: RegistryChange[] = [];
            for (const [index, each] of blocks.entries()) {
              if (each === null) continue;
              found.push(change(from + index, each.who, !known.has(accountOf(each.who)), each.peerId));
              known.set(accountOf(each.who), each.peerId);
            }
            chain = [...chain, ...blocks];
            state = advance(state, events(from, chain.length - 1, ...found)) as RegistryState;
          }
          const records = recordsOf(state, 10);
          expect(new Map(Array.from(records ?? [], ([provider, { peerId }]) => [provider as string, peerId]))).to.deep.equal(naive());
        }
      }),
    );
  });

  it('cannot tell what was before its floor', () => {
    const state = raiseFloor(advance(empty, events(1, 9, change(3, 'bob', true, 'a'))) as RegistryState, 5, 10) as RegistryState;
    expect(peers(advance(state, { kind: 'rewind', to: 5 }))).to.deep.equal(['a']);
    expect(advance(state, { kind: 'rewind', to: 4 })).to.equal(undefined);
  });

  it('notices that a registration is missing', () => {
    const state = advance(empty, events(1, 9, change(3, 'bob', false, 'a'))) as RegistryState;
    expect(recordsOf(state, 10)).to.equal(undefined);
    expect(raiseFloor(state, 9, 10)).to.equal(undefined);
  });

  it('lists those that registered first, up to its bound, and goes on hearing of them', () => {
    const found = [change(1, 'bob', true, 'b'), change(2, 'carol', true, 'c'), change(3, 'dave', true, 'd')];
    const later = [change(4, 'dave', false, 'dd'), change(4, 'bob', false, 'bb')];
    const state = advance(empty, events(1, 4, ...found, ...later)) as RegistryState;
    expect(peers(state, 2)).to.deep.equal(['bb', 'c']);
    expect(peers(state, 3)).to.deep.equal(['bb', 'c', 'dd']);
  });

  it('has a provider without an ask take no deal', () => {
    const state = advance(empty, events(1, 1, change(1, 'bob', true, 'b'))) as RegistryState;
    expect(recordsOf(state, 1)?.get(accountOf('bob'))?.ask.maxLeaves).to.equal(0);
  });
});
