import { describe, expect, it } from "vitest";
import { processorMs } from "../testing/cost";
import { hiddenHost, joinedLabels, plainLabel } from "./link_label";

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
    ["https://evil.example", "10.0.0.1", "evil.example"],
    ["https://evil.example", "https://[2001:db8::1]/", "evil.example"],
    ["https://evil.example", "bank\u200b.com", "evil.example"],
    ["https://evil.example", "ba\u00adnk.c\u2060om", "evil.example"],
    ["https://evil.example", "bank\u2024com", "evil.example"],
    ["https://evil.example", "bank\u3002com", "evil.example"],
    ["https://evil.example", "\uff42\uff41\uff4e\uff4b\uff0e\uff43\uff4f\uff4d", "evil.example"],
    ["https://evil.example", "https:\u2215\u2215bank.md", "evil.example"],
    ["https://evil.example", "bank.xn--p1ai", "evil.example"],
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
    ["https://10.0.0.1/", "10.0.0.1"],
    ["https://[2001:db8::1]/", "https://[2001:db8::1]/"],
    ["https://bank.com/", "bank\u200b.com"],
    ["https://git.example/x", "v1.2.3 at 10:30"],
    ["https://git.example/x", "see README.md, v1.2.3 and e.g. this"],
    ["mailto:ada@bank.com", "ada@bank.com"],
    ["mailto:ada@bank.com", "Ada"],
  ])("%s behind %s is what it says", (url, label) => {
    expect(hiddenHost(url, label)).toBeUndefined();
  });

  it("takes little time over hostile labels", () => {
    const took = processorMs(() => {
      for (const piece of ["a.", "a-", "www.", "a.b@", "https://"]) hiddenHost("https://x.y", piece.repeat(10_000));
    });
    expect(took).toBeLessThan(500);
  });
});

describe("joinedLabels", () => {
  const link = (text: string) => ({ type: "link" as const, url: "https://evil.example", text });
  const text = (t: string) => ({ type: "text" as const, text: t });

  it("are those of links that touch, as their readers see them", () => {
    const split = [text("see "), link("bank"), text("\u200b"), link(".com"), text(" or "), link("here")];
    expect(joinedLabels(split)).toEqual([undefined, "bank.com", undefined, "bank.com", undefined, undefined]);
    expect(hiddenHost("https://evil.example", joinedLabels(split)[1])).toBe("evil.example");
  });
});

describe("plainLabel", () => {
  it("reads in one direction", () => {
    expect(plainLabel("\u202Emoc.knab\u202C")).toBe("moc.knab");
  });
});
