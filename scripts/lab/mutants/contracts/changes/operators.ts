import { exchange, type Change, type Source } from '../../mutant.js';
import { BOUNDARIES, neighbours, OPPOSITES } from '../../opposites.js';
import { calledName, childOf, childrenOf, nodesOf, type Node } from './syntax.js';

/** What each function is exchanged for. */
const CALLED: Readonly<Record<string, string>> = {
  'Math.min': 'Math.max',
  'Math.max': 'Math.min',
  add: 'sub',
  and: 'or',
  gt: 'lt',
  lt: 'gt',
  shl: 'shr',
  shr: 'shl',
  xor: 'and',
  eq: 'gt',
};

/** Where `operator` stands between two operands: nothing else is there but blanks and brackets. */
const operatorAt = (source: Source, left: Node, right: Node, operator: string): number =>
  source.text.indexOf(operator, left.to) < right.from ? source.text.indexOf(operator, left.to) : -1;

const binaryChanges = (nodes: readonly Node[], node: Node, source: Source): readonly Change[] => {
  const operator = String(node.raw['operator']);
  const assigned = node.type === 'Assignment';
  const [left, right] = assigned ? ['leftHandSide', 'rightHandSide'] : ['leftExpression', 'rightExpression'];
  const at = operatorAt(source, childOf(nodes, node, left ?? ''), childOf(nodes, node, right ?? ''), operator);
  const replacement = OPPOSITES[operator];
  return replacement === undefined || at < 0 ? [] : [exchange(at, at + operator.length, replacement, node)];
};

const literalChanges = (node: Node, source: Source, shown: Node): readonly Change[] => {
  const text = source.text.slice(node.from, node.to);
  if (node.raw['kind'] !== 'number' || !/^[\d_]+$/.test(text)) return [];
  return neighbours(text).map((other) => exchange(node.from, node.to, other, shown));
};

const callChanges = (nodes: readonly Node[], node: Node, source: Source): readonly Change[] => {
  const name = calledName(node) ?? '';
  const args = node.type === 'FunctionCall' ? childrenOf(nodes, node, 'arguments') : [];
  const [first, second] = args.map(({ from, to }) => `(${source.text.slice(from, to)})`);
  if (name === 'Math.ceilDiv') return [exchange(node.from, node.to, `(${first} / ${second})`, node)];
  const other = CALLED[name];
  return other === undefined ? [] : [exchange(node.from, node.from + name.length, other, node)];
};

/** Whether `node` is an expression that shows what its parts are about. */
const isContext = ({ type }: Node): boolean =>
  [
    'BinaryOperation',
    'Assignment',
    'FunctionCall',
    'YulFunctionCall',
    'YulAssignment',
    'VariableDeclarationStatement',
    'VariableDeclaration',
  ].includes(type);

const around = (nodes: readonly Node[], node: Node): Node =>
  nodes.filter((each) => isContext(each) && each !== node && each.from <= node.from && each.to >= node.to).at(-1) ?? node;

const changesAt = (nodes: readonly Node[], node: Node, source: Source): readonly Change[] => {
  if (node.verb === '' && node.type !== 'Literal') return [];
  switch (node.type) {
    case 'BinaryOperation':
    case 'Assignment':
      return binaryChanges(nodes, node, source);
    case 'UnaryOperation': {
      const operator = String(node.raw['operator']);
      const at = node.raw['prefix'] === true ? node.from : node.to - operator.length;
      if (operator === '!') return [exchange(at, at + 1, '', around(nodes, node))];
      return [exchange(at, at + 2, operator === '++' ? '--' : '++', node)];
    }
    case 'Literal':
    case 'YulLiteral':
      return literalChanges(node, source, around(nodes, node));
    case 'FunctionCall':
    case 'YulFunctionCall':
      return callChanges(nodes, node, source);
    default:
      return [];
  }
};

/** Every exchange of an operator, a number by its neighbours, `min` by `max`, rounding up by rounding down. */
export const operatorChanges = (root: string, source: Source): readonly Change[] => {
  const nodes = nodesOf(root, source);
  return nodes.flatMap((node) => changesAt(nodes, node, source));
};

/** The functions that refuse a value outside of bounds, and which of their arguments are moved inwards, by how much. */
const BOUNDED: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  _within: [
    [2, '+ 1'],
    [3, '- 1'],
  ],
  _atLeast: [[2, '+ 1']],
};

/** Every comparison with the value in the middle on its other side, and every bound of a checked value one further in. */
export const boundaryChanges = (root: string, source: Source): readonly Change[] => {
  const nodes = nodesOf(root, source);
  return nodes.flatMap((node) => {
    if (node.type === 'BinaryOperation' && String(node.raw['operator']) in BOUNDARIES) return binaryChanges(nodes, node, source);
    const bounds = node.type === 'FunctionCall' ? (BOUNDED[calledName(node) ?? ''] ?? []) : [];
    const args = bounds.length === 0 ? [] : childrenOf(nodes, node, 'arguments');
    return bounds.flatMap(([index, step]) => {
      const arg = args[index];
      return arg ? [exchange(arg.from, arg.to, `(${source.text.slice(arg.from, arg.to)}) ${step}`, node)] : [];
    });
  });
};
