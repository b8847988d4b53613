import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '../../../lab/solidity/compile.js';
import type { Place, StructLayout } from './layouts.js';

/** A type that the contracts pack by hand, where its drawing is, and the struct that says the types of what is packed. */
const DRAWINGS = [
  { packed: 'StoredDeal', path: 'contracts/libraries/StoredDeal.sol', unpacked: 'Deal' },
  { packed: 'AccountWord', path: 'contracts/libraries/AccountWord.sol', unpacked: 'ProviderAccount' },
  { packed: 'DefaultWord', path: 'contracts/libraries/AccountWord.sol', unpacked: 'DefaultRecord' },
] as const;

const TYPES = 'contracts/MarketTypes.sol';

export type PackedType = (typeof DRAWINGS)[number]['packed'];

/** Fields that the contracts pack into words themselves. */
export interface PackedLayout extends StructLayout {
  readonly name: PackedType;
  /** The struct of `contracts/MarketTypes.sol` that goes in and comes out. */
  readonly unpacked: string;
}

interface Member {
  readonly name: string;
  readonly typeName: { readonly name?: string; readonly pathNode?: { readonly name: string } };
}

interface Syntax {
  readonly nodes: readonly { readonly nodeType: string; readonly name?: string; readonly members?: readonly Member[] }[];
}

/** Types by field, of a struct in `contracts/MarketTypes.sol`. */
const fieldTypes = (root: string, struct: string): ReadonlyMap<string, string> => {
  const { nodes } = parse(root, TYPES, readFileSync(join(root, TYPES), 'utf8')) as Syntax;
  const members = nodes.find(({ nodeType, name }) => nodeType === 'StructDefinition' && name === struct)?.members ?? [];
  return new Map(members.map(({ name, typeName }) => [name, typeName.name ?? typeName.pathNode?.name ?? '']));
};

/** The lines of the docstring above the declaration of `name`. */
const docAbove = (text: string, name: string): readonly string[] => {
  const [above] = text.split(new RegExp(`^(?:struct|type) ${name}\\b`, 'm'));
  const lines = (above ?? '').trimEnd().split('\n');
  return lines.slice(lines.findLastIndex((line) => !line.startsWith('///')) + 1).map((line) => line.slice(3).trim());
};

/** `root  256`: a word that is one field. `content  leaves 40 | sectors 24 … 240`; without a name, `… = 256`: fields and their sum. */
const DRAWN = /^(?:(?<word>\w+) +)?(?<fields>\w+ \d+(?: \| \w+ \d+)*|) *=? +(?<used>\d+)$/;

const fieldsOf = (line: string): readonly { readonly name: string; readonly bits: number }[] => {
  const { word = '', fields = '', used = '' } = DRAWN.exec(line)?.groups ?? {};
  const list = (fields === '' ? `${word} ${used}` : fields).split(' | ').map((field) => {
    const [name = '', bits = ''] = field.split(' ');
    return { name, bits: Number(bits) };
  });
  const sum = list.reduce((total, { bits }) => total + bits, 0);
  if (sum !== Number(used)) throw new Error(`"${line}" adds up to ${sum}`);
  return list;
};

/** What the contracts draw above the words that they pack themselves, with the types of the fields. */
export const packedLayouts = (root: string): readonly PackedLayout[] =>
  DRAWINGS.map(({ packed, path, unpacked }) => {
    const types = fieldTypes(root, unpacked);
    const words = docAbove(readFileSync(join(root, path), 'utf8'), packed).filter((line) => DRAWN.test(line));
    const places = words.flatMap((line, slot) => {
      let from = 0;
      return fieldsOf(line).map(({ name, bits }): Place => {
        const type = types.get(name);
        if (type === undefined) throw new Error(`${path} draws ${name}, which ${unpacked} does not have`);
        from += bits;
        return { slot, from: from - bits, to: from - 1, name, type };
      });
    });
    return { name: packed, unpacked, places };
  });
