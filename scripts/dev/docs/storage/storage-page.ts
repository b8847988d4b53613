import { format, resolveConfig } from 'prettier';
import { packedLayouts, type PackedLayout } from './drawn-words.js';
import { storageLayouts, type ContractLayout, type Place, type StructLayout } from './layouts.js';

/** Where the page lies, from the root. */
export const STORAGE_PAGE = 'docs/storage.md';

const bits = ({ from, to }: Place): string => (from === 0 && to === 255 ? 'all' : `${from}–${to}`);

/** @param words Names of the words, if they have any. */
const table = (first: string, places: readonly Place[], words: readonly string[] = []): string =>
  [
    [first, 'bits', 'name', 'type'],
    ['---', '---', '---', '---'],
    ...places.map((place) => [[place.slot, words[place.slot]].join(' ').trimEnd(), bits(place), `\`${place.name}\``, `\`${place.type}\``]),
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const introduction = `# What lies where in storage

The storage of every contract, so that a reader of raw state, a proof of it or a reviewer need not ask the compiler. \`npm run docs -- layout\`
writes this page: slots and structs are what the compiler says, packed words are what the sources draw. Tests fail if the page is not what
comes out, or if the code packs a field elsewhere than drawn.

Bits count from the lowest, both ends included; _all_ is the whole word of 256. A value of a mapping starts at \`keccak256(key . slot)\`, the
elements of an array at \`keccak256(slot)\`, as Solidity has it; the words of a struct follow each other from there. What a contract holds
as immutable is in its code and not here; \`MarketView\` stores nothing. No contract can be upgraded, so no layout ever changes under its data.
`;

const structSection = ({ name, places }: StructLayout): string => `### \`${name}\`\n\n${table('word', places)}\n`;

const contractSection = ({ name, path, storage, transient, structs }: ContractLayout, note = ''): string =>
  [
    `## ${name}`,
    `\`${path}\`${note}`,
    table('slot', storage),
    ...(transient.length === 0 ? [] : ['In transient storage, gone at the end of a transaction:', table('slot', transient)]),
    ...structs.map(structSection),
  ].join('\n\n');

/** @param words The struct of whole words that the compiler knows, if there are several. */
const packedSection = ({ name, unpacked, places }: PackedLayout, words?: StructLayout): string =>
  `### \`${name}\`, from \`${unpacked}\`\n\n${table(
    'word',
    places,
    words?.places.map((word) => word.name),
  )}\n`;

const packedWords = (layouts: readonly PackedLayout[], structs: readonly StructLayout[]): string =>
  [
    '## Words that the code packs itself',
    'To the compiler these are `uint256`; the sources draw them above the type, and pack and unpack them in one place.',
    ...layouts.map((layout) =>
      packedSection(
        layout,
        structs.find(({ name }) => name === layout.name),
      ),
    ),
    '### A node of the sum tree',
    `In \`nodes\` of a \`Tree\`, at \`level << 32 | index\`: the sums of four children, child _j_ in bits 64 _j_ to 64 _j_ + 63. A freed slot
has at \`2^37 + slot\` the slot that was freed before it, plus one.`,
  ].join('\n\n');

/** The page of storage layouts, from the contracts' sources. */
export const storagePage = async (root: string): Promise<string> => {
  const { StorageMarket, RewardPool, ProviderRegistry, HoldToken, Vault } = storageLayouts(root);
  const packed = packedLayouts(root);
  const plain = StorageMarket.structs.filter(({ name }) => !packed.some((layout) => layout.name === name));
  const text = [
    introduction,
    contractSection(
      { ...StorageMarket, structs: plain },
      '. `VerbBody` is run over the same storage by delegatecall and has this layout too: both inherit `contracts/market/MarketStorage.sol`.',
    ),
    packedWords(packed, StorageMarket.structs),
    ...[RewardPool, ProviderRegistry, HoldToken, Vault].map((layout) => contractSection(layout)),
  ].join('\n\n');
  const options = await resolveConfig(`${root}/${STORAGE_PAGE}`);
  return await format(text, { ...options, plugins: [], parser: 'markdown' });
};
