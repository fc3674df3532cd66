/** The body of an inference call, once its shape has been checked. */
export interface Question {
  readonly conversationState: {
    readonly conversationId: string;
    readonly history?: readonly HistoryMessage[];
    readonly currentMessage: { readonly userInputMessage: UserMessage };
  };
  readonly profileArn?: string;
  readonly additionalModelRequestFields?: Readonly<Record<string, unknown>>;
}

/** A message before the current one, of either side. */
export type HistoryMessage =
  | { readonly userInputMessage: UserMessage; readonly assistantResponseMessage?: never }
  | { readonly assistantResponseMessage: AssistantMessage; readonly userInputMessage?: never };

/** What the user’s side says in one turn. */
export interface UserMessage {
  readonly content: string;
  readonly modelId: string;
  readonly images?: readonly QuestionImage[];
  readonly userInputMessageContext?: {
    readonly tools?: readonly { readonly toolSpecification: ToolSpecification }[];
    readonly toolResults?: readonly QuestionToolResult[];
  };
}

/** What the assistant said in one turn. */
export interface AssistantMessage {
  readonly content: string;
  readonly toolUses?: readonly { readonly toolUseId: string; readonly name: string; readonly input: object }[];
  readonly reasoningContent?: {
    readonly reasoningText?: { readonly text: string; readonly signature: string };
    readonly redactedContent?: string;
  };
}

/** A tool as a question declares it. */
export interface ToolSpecification {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly json: Readonly<Record<string, unknown>> };
}

/** An image, in base64. */
export interface QuestionImage {
  readonly format: string;
  readonly source: { readonly bytes: string };
}

/** What came of one tool use. */
export interface QuestionToolResult {
  readonly toolUseId: string;
  readonly status: string;
  readonly content: readonly { readonly text?: string; readonly json?: object }[];
}

/** One message and where it stands. */
export interface Turn {
  readonly path: string;
  readonly user?: UserMessage;
  readonly assistant?: AssistantMessage;
}

/** The history and the current message, in order. */
export function readTurns({ conversationState }: Question): Turn[] {
  const history = (conversationState.history ?? []).map(({ userInputMessage, assistantResponseMessage }, at): Turn => {
    const path = `conversationState.history[${at}]`;
    return userInputMessage === undefined
      ? { path: `${path}.assistantResponseMessage`, assistant: assistantResponseMessage }
      : { path: `${path}.userInputMessage`, user: userInputMessage };
  });
  const { userInputMessage } = conversationState.currentMessage;
  return [...history, { path: 'conversationState.currentMessage.userInputMessage', user: userInputMessage }];
}

/** The message that is to be answered. */
export const readCurrent = (question: Question): UserMessage =>
  question.conversationState.currentMessage.userInputMessage;
