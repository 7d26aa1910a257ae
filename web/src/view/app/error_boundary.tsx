import { CircleAlert } from "lucide-react";
import { Component, type ReactNode } from "react";
import { strings } from "../../i18n";
import { Button, EmptyState } from "../ui";

interface Props {
  readonly children: ReactNode;
  /** Another value is another thing: what failed before is tried anew. */
  readonly of?: string;
}

interface State {
  readonly failed: boolean;
}

/** Keeps a fault in one pane from taking the others with it, and says what to do. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && before.of !== this.props.of) this.setState({ failed: false });
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <EmptyState
        icon={CircleAlert}
        title={strings.shell.paneFailed}
        actions={
          <>
            <Button onClick={() => this.setState({ failed: false })}>{strings.common.retry}</Button>
            <Button tone="quiet" onClick={() => window.location.reload()}>
              {strings.shell.reload}
            </Button>
          </>
        }
      >
        {strings.shell.paneFailedText}
      </EmptyState>
    );
  }
}
