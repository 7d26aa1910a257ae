/** How the client stands with the server, for whoever shows it. */
export type Connection =
  | { state: "connecting" }
  | { state: "live" }
  /** The next attempt begins at `until`, in milliseconds since 1970. */
  | { state: "waiting"; until: number }
  | { state: "offline" }
  | { state: "stopped"; why: StopReason };

/** Why nothing will be tried again: signed_out and inactive end the session; too_many_sockets and fault don't. */
export type StopReason = "signed_out" | "inactive" | "two_factor_required" | "too_many_sockets" | "fault" | "closed";
