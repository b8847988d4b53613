import { parse } from '../../../solidity/compile.js';
import type { Part, Source } from '../../mutant.js';

/** A node of solc's syntax tree. */
export interface Node extends Part {
  readonly type: string;
  /** The tree's own fields: which there are depends on the type. */
  readonly raw: Readonly<Record<string, unknown>>;
}

type Raw = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Raw => typeof value === 'object' && value !== null && 'nodeType' in value;

/** solc counts bytes of UTF-8, a text counts UTF-16 units. */
const offsetsOf = (text: string): ((byte: number) => number) => {
  const offsets: number[] = [];
  let at = 0;
  for (const character of text) {
    for (let i = 0; i < Buffer.byteLength(character); i += 1) offsets.push(at);
    at += character.length;
  }
  offsets.push(at);
  return (byte) => offsets[byte] ?? at;
};

/** All nodes of a file's syntax tree, in the order in which they begin. */
export const nodesOf = (root: string, source: Source): readonly Node[] => {
  const offset = offsetsOf(source.text);
  const nodes: Node[] = [];
  const visit = (value: unknown, verb: string): void => {
    if (Array.isArray(value)) for (const each of value as readonly unknown[]) visit(each, verb);
    if (!isNode(value)) return;
    const [start = 0, length = 0] = String(value['src']).split(':').map(Number);
    const inside = nameOf(value) ?? verb;
    nodes.push({ type: String(value['nodeType']), from: offset(start), to: offset(start + length), verb: inside, raw: value });
    for (const [key, child] of Object.entries(value)) if (key !== 'src') visit(child, inside);
  };
  visit(parse(root, source.path, source.text), '');
  return nodes.sort((a, b) => a.from - b.from || b.to - a.to);
};

const nameOf = (raw: Raw): string | undefined => {
  if (raw['nodeType'] !== 'FunctionDefinition' && raw['nodeType'] !== 'ModifierDefinition') return undefined;
  return raw['kind'] === 'constructor' ? 'constructor' : String(raw['name']);
};

/** The node that stands in field `field` of `node`, looked up among `nodes`, those of the same file. */
export const childOf = (nodes: readonly Node[], node: Node, field: string): Node => {
  const child = nodes.find(({ raw }) => raw === node.raw[field]);
  if (!child) throw new Error(`${node.type} has no ${field}`);
  return child;
};

/** The nodes that stand in the list `field` of `node`. */
export const childrenOf = (nodes: readonly Node[], node: Node, field: string): readonly Node[] =>
  (node.raw[field] as readonly unknown[]).map((raw) => {
    const child = nodes.find((each) => each.raw === raw);
    if (!child) throw new Error(`${node.type} has no such ${field}`);
    return child;
  });

/** What a call calls, if that is a plain or dotted name such as `require` or `Math.min`; else undefined. */
export const calledName = ({ raw }: Node): string | undefined => {
  const called = (raw['expression'] ?? raw['functionName']) as Raw | undefined;
  if (called?.['nodeType'] === 'Identifier' || called?.['nodeType'] === 'YulIdentifier') return String(called['name']);
  if (called?.['nodeType'] !== 'MemberAccess') return undefined;
  const owner = called['expression'] as Raw;
  return owner['nodeType'] === 'Identifier' ? `${String(owner['name'])}.${String(called['memberName'])}` : undefined;
};
