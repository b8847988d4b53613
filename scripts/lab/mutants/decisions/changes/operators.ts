import ts from 'typescript';
import { exchange, type Change, type Part, type Source } from '../../mutant.js';
import { BOUNDARIES, neighbours, OPPOSITES } from '../../opposites.js';
import { nodesOf, partOf, type Node } from './syntax.js';

/** What each function, or method, is exchanged for. */
const CALLED: Readonly<Record<string, string>> = {
  max: 'min',
  min: 'max',
  ceil: 'floor',
  floor: 'ceil',
  some: 'every',
  every: 'some',
};

const binaryChange = (node: Node, syntax: ts.BinaryExpression): readonly Change[] => {
  const operator = syntax.operatorToken.getText();
  const replacement = OPPOSITES[operator];
  const { from, to } = partOf(node, syntax.operatorToken);
  // Of `a && b && c` the two are shown between which it stands.
  const { left } = syntax;
  const isChain = ts.isBinaryExpression(left) && left.operatorToken.getText() === operator && (operator === '&&' || operator === '||');
  const shown = isChain ? { ...node, from: left.right.getStart() } : node;
  return replacement === undefined ? [] : [exchange(from, to, replacement, shown)];
};

const callChange = (node: Node, { expression }: ts.CallExpression): readonly Change[] => {
  if (!ts.isPropertyAccessExpression(expression)) return [];
  const replacement = CALLED[expression.name.text];
  const { from, to } = partOf(node, expression.name);
  return replacement === undefined ? [] : [exchange(from, to, replacement, node)];
};

const isContext = (syntax: ts.Node): boolean =>
  (ts.isCallExpression(syntax) && syntax.arguments.length > 1) ||
  ts.isBinaryExpression(syntax) ||
  ts.isVariableDeclaration(syntax) ||
  ts.isPropertyAssignment(syntax) ||
  ts.isReturnStatement(syntax) ||
  ts.isConditionalExpression(syntax) ||
  ts.isForStatement(syntax);

/** The expression around `node` that shows what it is about; at most the body of an arrow function. */
const around = (node: Node): Part => {
  let context = node.syntax.parent;
  while (!isContext(context)) {
    if (ts.isBlock(context) || ts.isSourceFile(context)) return node;
    if (ts.isArrowFunction(context)) return partOf(node, context.body);
    context = context.parent;
  }
  return partOf(node, context);
};

/** Larger ones are sizes and shifts, which vectors hold, or gas, which is an estimate. */
const DIGIT = /^(\d)(n?)$/;

const digitChanges = (node: Node, syntax: ts.NumericLiteral | ts.BigIntLiteral): readonly Change[] => {
  const [, digits, suffix = ''] = DIGIT.exec(syntax.getText()) ?? [];
  if (digits === undefined) return [];
  return neighbours(digits).map((other) => exchange(node.from, node.to, `${other}${suffix}`, around(node)));
};

const changesAt = (node: Node): readonly Change[] => {
  const { syntax } = node;
  if (ts.isBinaryExpression(syntax)) return binaryChange(node, syntax);
  if (ts.isCallExpression(syntax)) return callChange(node, syntax);
  const negates = ts.isPrefixUnaryExpression(syntax) && syntax.operator === ts.SyntaxKind.ExclamationToken;
  return negates ? [exchange(node.from, node.from + 1, '', around(node))] : [];
};

/** Every exchange of an operator, and of functions such as `max` by `min`. */
export const operatorChanges = (source: Source): readonly Change[] => nodesOf(source).flatMap(changesAt);

/** Every exchange of a number of one digit by its neighbours. */
export const numberChanges = (source: Source): readonly Change[] =>
  nodesOf(source).flatMap((node) =>
    ts.isNumericLiteral(node.syntax) || ts.isBigIntLiteral(node.syntax) ? digitChanges(node, node.syntax) : [],
  );

/** Every comparison with the value in the middle on its other side. */
export const boundaryChanges = (source: Source): readonly Change[] =>
  nodesOf(source).flatMap((node) =>
    ts.isBinaryExpression(node.syntax) && node.syntax.operatorToken.getText() in BOUNDARIES ? binaryChange(node, node.syntax) : [],
  );
