import type { Block, Reasoning, Text } from '../../core/chat.ts';
import { readSignature } from '../signature.ts';
import type { PlacedMessage, Turn, TurnCall, TurnReasoning } from './draft.ts';
import { writeSearchResult } from './result-texts.ts';
import { addToTurn, createTurnList, type TurnList } from './turn-list.ts';

/** What turns are gathered for. */
export interface GatherOptions {
  readonly modelId: string;
  /** The name of the tool by which the model is told of searches that the gateway did. */
  readonly searchTool: string;
}

/** Messages as turns that alternate: neighbours of one role become one turn, and nothing of them is lost. */
export function gatherTurns(
  messages: readonly PlacedMessage[],
  options: GatherOptions,
): { readonly system: readonly string[]; readonly turns: readonly Turn[] } {
  const list = createTurnList();
  const system: string[] = [];
  for (const { role, content, path = '' } of messages) {
    if (role === 'assistant') gatherAssistant(list, content, path, options);
    else
      for (const block of content) {
        // System text in mid-conversation keeps its place, in the user's turn next to it.
        if (role === 'system' && block.type === 'text' && list.isEmpty()) {
          if (!isBlank(block.text)) system.push(block.text);
        } else gatherUserBlock(list, block, path, options);
      }
  }
  return { system, turns: list.close() };
}

function gatherUserBlock(list: TurnList, block: Block, path: string, options: GatherOptions): void {
  switch (block.type) {
    case 'text':
      if (!isBlank(block.text)) list.user(path).texts.push(block.text);
      break;
    case 'image':
    case 'document':
    case 'tool-result':
      addToTurn(list.user(path), block);
      break;
    case 'tool-call':
    case 'search':
      gatherAssistant(list, [block], path, options);
      break;
    case 'reasoning':
      break;
  }
}

function gatherAssistant(list: TurnList, content: readonly Block[], path: string, options: GatherOptions): void {
  // A search is answered at once, a call only by the client's next message: so calls wait for the last of the turns
  // that one message may become.
  const calls: TurnCall[] = [];
  let previous: Block | undefined;
  for (const block of content) {
    switch (block.type) {
      case 'text':
        addAssistantText(list, block, previous, path);
        break;
      case 'reasoning': {
        const reasoning = readReasoning(block, options.modelId);
        if (reasoning !== undefined) list.think(reasoning);
        break;
      }
      case 'tool-call':
        calls.push({ id: block.id, name: block.name, input: block.input });
        break;
      case 'search':
        list.assistant(path).calls.push({ id: block.id, name: options.searchTool, input: { query: block.query } });
        list.user(path).results.push(writeSearchResult(block));
        break;
      case 'tool-result': {
        const index = calls.findIndex(call => call.id === block.id);
        if (index < 0) list.hold(block, path);
        else {
          list.assistant(path).calls.push(...calls.splice(index, 1));
          addToTurn(list.user(path), block);
        }
        break;
      }
      case 'image':
      case 'document':
        list.hold(block, path);
        break;
    }
    previous = block;
  }
  if (calls.length > 0) list.assistant(path).calls.push(...calls);
}

function addAssistantText(list: TurnList, block: Text, previous: Block | undefined, path: string): void {
  // Cited text comes in pieces that are cut inside of sentences.
  const isPiece = previous?.type === 'text' && (previous.citations !== undefined || block.citations !== undefined);
  if (!isPiece && isBlank(block.text)) return;
  const { texts } = list.assistant(path);
  if (isPiece) texts.push((texts.pop() ?? '') + block.text);
  else texts.push(block.text);
}

function readReasoning(block: Reasoning, modelId: string): TurnReasoning | undefined {
  const kept = block.redacted ?? block.signature;
  if (kept === undefined) return undefined;
  const { modelId: author, signature } = readSignature(kept);
  if (author !== modelId || signature === '') return undefined;
  return block.redacted === undefined ? { text: block.text, signature } : { redacted: signature };
}

/** Whether the service would take the text for none. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}
