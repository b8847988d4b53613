import { exchange, type Change, type Source } from '../../mutant.js';
import { calledName, childOf, nodesOf, type Node } from './syntax.js';

/** What needs a mutant wherever it stands. */
export type SiteKind = 'if' | 'require' | 'assert' | 'revert' | 'modifier';

/** A place that needs a mutant, with the mutants that a machine can make of it. */
export interface Site {
  readonly kind: SiteKind;
  readonly at: number;
  readonly changes: readonly Change[];
}

/** All of `node` is exchanged. */
const replaced = ({ from, to }: Node, replacement: string, shown: Node): Change => exchange(from, to, replacement, shown);

/** An `if` whose whole body is a revert: that site has the mutant in which the branch is never taken. */
const onlyReverts = (nodes: readonly Node[], node: Node): boolean => {
  const body = childOf(nodes, node, 'trueBody');
  return body.type === 'RevertStatement' && node.raw['falseBody'] === undefined;
};

const siteOf = (nodes: readonly Node[], node: Node, source: Source): Site | undefined => {
  const called = calledName(node);
  if (node.type === 'IfStatement') {
    const condition = childOf(nodes, node, 'condition');
    const shown = { ...condition, from: node.from, to: condition.to + 1 };
    const values = onlyReverts(nodes, node) ? ['true'] : ['true', 'false'];
    return { kind: 'if', at: node.from, changes: values.map((value) => replaced(condition, value, shown)) };
  }
  if (node.type === 'YulIf') {
    const condition = childOf(nodes, node, 'condition');
    return { kind: 'if', at: node.from, changes: ['1', '0'].map((value) => replaced(condition, value, { ...condition, from: node.from })) };
  }
  if (node.type === 'FunctionCall' && (called === 'require' || called === 'assert')) {
    return { kind: called, at: node.from, changes: [replaced(node, 'true', node)] };
  }
  if (node.type === 'RevertStatement') return { kind: 'revert', at: node.from, changes: [replaced(node, 'true', node)] };
  if (node.type === 'ModifierInvocation') {
    const name = source.text.slice(node.from, node.to);
    const shown = { ...node, to: node.to };
    return /^[a-z]/.test(name) ? { kind: 'modifier', at: node.from, changes: [replaced(node, '', shown)] } : undefined;
  }
  return undefined;
};

/** Every `if`, `require`, `assert`, `revert` and use of a modifier in `source`. */
export const sitesOf = (root: string, source: Source): readonly Site[] => {
  const nodes = nodesOf(root, source);
  return nodes.flatMap((node) => siteOf(nodes, node, source) ?? []);
};

/** The text without comments and strings, of the same length. */
const codeOnly = (text: string): string =>
  text.replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"/g, (match) => match.replaceAll(/[^\n]/g, ' '));

const WORDS: Readonly<Record<Exclude<SiteKind, 'modifier'>, RegExp>> = {
  if: /\bif\b/g,
  require: /\brequire\s*\(/g,
  assert: /\bassert\s*\(/g,
  // Yul's instruction of the same name takes two numbers.
  revert: /\brevert\s+[A-Z]/g,
};

/**
 * How many sites of each kind the words of the text say there are: found another way than `sitesOf`, so that neither can
 * overlook what the other sees. `modifiers` are the names of all modifiers there are.
 */
export const countByWords = ({ text }: Source, modifiers: readonly string[]): Readonly<Record<SiteKind, number>> => {
  const code = codeOnly(text);
  const count = (pattern: RegExp): number => [...code.matchAll(pattern)].length;
  const uses = modifiers.map((name) => count(new RegExp(String.raw`(?<!modifier\s+)\b${name}\b`, 'g')));
  return {
    if: count(WORDS.if),
    require: count(WORDS.require),
    assert: count(WORDS.assert),
    revert: count(WORDS.revert),
    modifier: uses.reduce((sum, each) => sum + each, 0),
  };
};

/** Names of the modifiers that `source` defines. */
export const modifiersOf = ({ text }: Source): readonly string[] =>
  [...codeOnly(text).matchAll(/\bmodifier\s+(\w+)/g)].map(([, name = '']) => name);
