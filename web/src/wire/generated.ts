// Made by web/gen from Go's wire/code.go (`make generate`); not to be edited.

/** Close codes: up to 4499 come again, from 4500 on stop. */
export const CloseCode = {
  Normal: 1000,
  Protocol: 1002,
  Unsupported: 1003,
  NotUTF8: 1007,
  TooBig: 1009,
  Draining: 4000,
  Idle: 4001,
  Slow: 4002,
  Unavailable: 4003,
  Changed: 4004,
  TooFast: 4005,
  Unauthenticated: 4500,
  Inactive: 4501,
  TooMany: 4502,
} as const;

/** The codes of refusals and error frames. */
export const ErrorCode = {
  TooFast: -1,
  Unauthenticated: 1,
  NoText: 2,
  Malformed: 3,
  NotFound: 4,
  Unavailable: 5,
  UnknownType: 6,
} as const;

/** Why a stream could not be resumed. */
export const Reason = {
  Incarnation: "incarnation",
  Ahead: "ahead",
  Trimmed: "trimmed",
  Limit: "limit",
} as const;

export const MsgExpired = "Socket URL has expired";
export const MsgNoText = "message text is missing";
export const MsgTooFast = "slow down, too many messages...";
export const MaxClientFrame = 65536;
export const MaxResumeStream = 500;
export const MaxResume = 5000;
export const MaxPresence = 500;
export const MaxPing = 4096;
