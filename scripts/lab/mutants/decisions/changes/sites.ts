import ts from 'typescript';
import { exchange, type Change, type Source } from '../../mutant.js';
import { nodesOf, partOf, type Node } from './syntax.js';

/** All of `syntax`, a part of `node`, is exchanged; the change is shown from where `node` begins to `shownTo`. */
const replaced = (node: Node, syntax: ts.Node, replacement: string, shownTo: number = node.to): Change => {
  const { from, to, verb } = partOf(node, syntax);
  return exchange(from, to, replacement, { from: node.from, to: shownTo, verb });
};

const isDefault = (syntax: ts.Node): syntax is ts.BinaryExpression =>
  ts.isBinaryExpression(syntax) && syntax.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;

/** The parts of `a ?? b ?? c`. */
const partsOf = (syntax: ts.Expression): readonly ts.Expression[] =>
  isDefault(syntax) ? [...partsOf(syntax.left), ...partsOf(syntax.right)] : [syntax];

/** `part` of a chain taken as undefined; a call says enough by itself, of others the chain is shown. */
const absent = (chain: Node, part: ts.Expression): Change => {
  const { from, to, verb } = partOf(chain, part);
  return exchange(from, to, 'undefined', ts.isCallExpression(part) ? { from, to, verb } : chain);
};

const siteChanges = (node: Node): readonly Change[] => {
  const { syntax } = node;
  if (ts.isIfStatement(syntax)) {
    const { expression } = syntax;
    return ['true', 'false'].map((value) => replaced(node, expression, value, expression.end + 1));
  }
  if (ts.isConditionalExpression(syntax)) return ['true', 'false'].map((value) => replaced(node, syntax.condition, value));
  if (isDefault(syntax) && !isDefault(syntax.parent)) return partsOf(syntax).map((part) => absent(node, part));
  return [];
};

/** Every condition taken as true and as false, and every part of `??` taken as undefined. */
export const conditionChanges = (source: Source): readonly Change[] => nodesOf(source).flatMap(siteChanges);

const refusalChange = (node: Node): readonly Change[] => {
  const { syntax } = node;
  if (!ts.isNewExpression(syntax) || !syntax.expression.getText().endsWith('Error')) return [];
  if (!ts.isThrowStatement(syntax.parent)) return [replaced(node, syntax, 'undefined')];
  const thrown = partOf(node, syntax.parent);
  return [exchange(thrown.from, thrown.to, ';', thrown)];
};

const REFUSAL = /\bnew \w*Error\(/g;

/**
 * Every refusal taken out: what is returned becomes undefined, what is thrown nothing. Throws an Error if the words of the text tell
 * another number of them.
 */
export const refusalChanges = (source: Source): readonly Change[] => {
  const changes = nodesOf(source).flatMap(refusalChange);
  const words = [...source.text.matchAll(REFUSAL)].length;
  if (words !== changes.length)
    throw new Error(`${source.path} has ${words} refusals in its text, and ${changes.length} in its syntax tree`);
  return changes;
};
