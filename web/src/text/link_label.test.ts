import { describe, expect, it } from "vitest";
import { hiddenHost, plainLabel } from "./link_label";

describe("hiddenHost", () => {
  it.each([
    ["https://evil.example/x", "https://bank.example", "evil.example"],
    ["https://evil.example", "bank.com", "evil.example"],
    ["https://evil.example", "www.bank.com/login", "evil.example"],
    ["https://evil.example", "Sign in at https://bank.com today", "evil.example"],
    ["https://evil.example", "\u202ebank.com", "evil.example"],
    ["https://evil.example", "BANK.com", "evil.example"],
    ["https://bank.com.evil.example", "https://bank.com", "bank.com.evil.example"],
    ["https://bank.com@evil.example/", undefined, "evil.example"],
    ["https://user:pass@bank.com/", "our bank", "bank.com"],
    ["https://bаnk.com", "https://bank.com", "xn--bnk-6cd.com"],
    ["mailto:x@evil.example", "ada@bank.com", "evil.example"],
    ["https://127.0.0.1/", "bank.com", "127.0.0.1"],
  ])("%s behind %s", (url, label, host) => {
    expect(hiddenHost(url, label)).toBe(host);
  });

  it.each([
    ["https://bank.com/login", "https://bank.com"],
    ["https://www.bank.com/", "bank.com"],
    ["https://bank.com/", "WWW.BANK.COM"],
    ["https://bank.com/", undefined],
    ["https://bank.com/", "our bank"],
    ["https://git.example/x/main.go", "main.go"],
    ["https://git.example/x", "see README.md, v1.2.3 and e.g. this"],
    ["mailto:ada@bank.com", "ada@bank.com"],
    ["mailto:ada@bank.com", "Ada"],
  ])("%s behind %s is what it says", (url, label) => {
    expect(hiddenHost(url, label)).toBeUndefined();
  });

  it("takes little time over hostile labels", () => {
    const start = performance.now();
    for (const piece of ["a.", "a-", "www.", "a.b@", "https://"]) hiddenHost("https://x.y", piece.repeat(10_000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe("plainLabel", () => {
  it("reads in one direction", () => {
    expect(plainLabel("\u202Emoc.knab\u202C")).toBe("moc.knab");
  });
});
