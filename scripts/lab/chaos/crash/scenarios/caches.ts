import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileSink } from '../../../../../node/app/files/file-sink.js';
import { openFileSource } from '../../../../../node/app/files/file-source.js';
import { loadSegments, saveSegments } from '../../../../../node/app/ledger/cache.js';
import { loadRegistry, saveRegistry } from '../../../../../node/chain/index/provider-file.js';
import { blockNumber } from '../../../../../node/core/units.js';
import { sampleBook } from '../../../../../test/support/sample-book.js';
import { bytesOf, hashOf } from '../../../../../test/support/worlds/actors.js';
import { artefactScenario, type Artefact } from './artefacts.js';

const segmentsOf = (form: number) => [{ from: 11, to: 10 + form, hash: hashOf(`block ${form}`), parent: hashOf('block'), records: [] }];

const ledgerCache: Artefact = {
  name: 'what was verified of the ledger',
  operation: 'verify the ledger',
  forms: 2,
  make: (folder, form) => saveSegments(join(folder, 'ledger', 'market.json'), sampleBook, segmentsOf(form)),
  look: async (folder) => {
    const [segment] = await loadSegments(join(folder, 'ledger', 'market.json'), sampleBook);
    return segment === undefined ? 0 : segment.to - 10;
  },
};

const registryFile: Artefact = {
  name: 'list of providers',
  operation: 'follow the registry',
  forms: 2,
  make: (folder, form) => {
    const block = blockNumber(form);
    const state = { floor: block, base: new Map(), changes: [] };
    return saveRegistry(join(folder, 'index', 'providers.json'), 'market', { way: [{ block, hash: hashOf(`block ${form}`) }], state });
  },
  look: async (folder) => {
    const kept = await loadRegistry(join(folder, 'index', 'providers.json'), 'market', 1 << 20);
    if (kept !== undefined && 'problem' in kept) throw new Error(kept.problem);
    return kept?.state.floor ?? 0;
  },
};

const bytes = bytesOf('a film', 20_000);

const fetched = (name: string, operation: string, overwrite: boolean): Artefact => ({
  name,
  operation,
  isRepeated: true,
  make: async (folder) => {
    const sink = await createFileSink(join(folder, name), { overwrite });
    for (let at = 0; at < bytes.length; at += 8_192) await sink.write(bytes.subarray(at, at + 8_192));
    await sink.finish();
  },
  look: async (folder) => {
    if (!(await readdir(folder)).includes(name)) return 0;
    await using source = await openFileSource(join(folder, name));
    const found = source.length === bytes.length ? await source.read(0, source.length) : new Uint8Array();
    if (Buffer.compare(found, bytes) !== 0) throw new Error(`${name} is there in part`);
    return 1;
  },
});

/** A fetch that goes on where another was suspended, which left more than belongs there. */
const resumed: Artefact = {
  ...fetched('film-resumed', 'get what was begun', false),
  make: async (folder) => {
    const path = join(folder, 'film-resumed');
    const first = await createFileSink(path, { content: 'film' });
    await first.write(bytes);
    await first.write(bytes);
    await first.suspend?.();
    const second = await createFileSink(path, { content: 'film' });
    second.earlier?.keep(8_192);
    await second.write(bytes.subarray(8_192));
    await second.finish();
  },
};

/** What commands keep beside deals and keys, and the files that they bring back. */
export const caches = artefactScenario('caches and fetched files', [
  ledgerCache,
  registryFile,
  fetched('film', 'get', false),
  fetched('film-again', 'get in the place of a file', true),
  resumed,
]);
