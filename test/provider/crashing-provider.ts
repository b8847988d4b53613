import type { Settlement } from '../../node/ports/settlement.js';
import type { ProviderJournal } from '../../node/ports/journal.js';
import type { SectorStore } from '../../node/ports/sector-store.js';
import type { Signer } from '../../node/ports/world.js';
import { openJournalFiles } from '../../node/storage/journal.js';
import { openSectorFiles } from '../../node/storage/sector-files.js';
import { createMemoryLedger } from '../support/memory-market/settlement.js';
import { createProviderWorld, liveTo } from '../support/worlds/provider-world.js';
import { TestRenter } from '../support/worlds/test-renter.js';
import { precious } from './precious.js';

// A provider on real disks that serves one renter and kills itself at the named step: `crashing-provider.ts DIRECTORY STEP`.
// Prints each step, and the signature once the renter has it.

const [directory = '', fatal = ''] = process.argv.slice(2);

const reach = (step: string): void => {
  process.stdout.write(`${step}\n`);
  if (step === fatal) process.kill(process.pid, 'SIGKILL');
};

/** A chain whose owner announces what it sends there, before and after: batches as commits, answers as answers. */
const announcing = (settlement: Settlement): Settlement => ({
  ...settlement,
  submit: async (action, options) => {
    const name = action.kind === 'batch' ? 'commit' : action.kind === 'answer' ? 'answer' : undefined;
    if (name !== undefined) reach(`${name} sent`);
    const receipt = await settlement.submit(action, options);
    if (name !== undefined) reach(`${name} mined`);
    return receipt;
  },
});

/** `target` with `before` and `after` announced around its method `name`. */
const announced = <Target extends object>(target: Target, name: keyof Target, before: string | undefined, after: string): Target =>
  new Proxy(target, {
    get: (object, key) => {
      const value: unknown = Reflect.get(object, key);
      if (typeof value !== 'function') return value;
      const method = value.bind(object) as (...args: unknown[]) => unknown;
      if (key !== name) return method;
      return async (...args: unknown[]) => {
        if (before !== undefined) reach(before);
        const result = await method(...args);
        reach(after);
        return result;
      };
    },
  });

const ledger = createMemoryLedger();
const { identity } = ledger;
const sectors: SectorStore = await openSectorFiles({ path: `${directory}/sectors`, identity });
const journal: ProviderJournal = await openJournalFiles(`${directory}/journal`, identity);

const world = await createProviderWorld({
  ledger,
  store: announced(sectors, 'put', 'received', 'stored'),
  journal: announced(announced(journal, 'recordPending', undefined, 'pending recorded'), 'recordSigned', undefined, 'revision recorded'),
  wrapSigner: (signer: Signer) => announced(signer, 'sign', undefined, 'signature made'),
  wrapSettlement: announcing,
});
const alice = await TestRenter.open({ ledger, provider: world.address });
await alice.upload(world.provider.service, precious);
const request = await alice.request({ remove: [], append: [precious.sector] });
process.stdout.write(`signature ${await alice.sign(world.provider.service, request)}\n`);
reach('signature sent');
await liveTo(ledger, world.provider, 1, 10);
await alice.chain.submit({ kind: 'challenge', deal: alice.deal });
await liveTo(ledger, world.provider, 2, 10);
reach('answered');
