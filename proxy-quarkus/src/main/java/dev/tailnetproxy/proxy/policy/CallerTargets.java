package dev.tailnetproxy.proxy.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Which principal may reach which targets: {@code PRINCIPAL=TARGET,TARGET;PRINCIPAL=TARGET}, with blanks wherever they
 * help. Entries that name the same principal add up; whom none names reaches nothing.
 *
 * @param entries in the order in which they were written
 */
public record CallerTargets(List<Entry> entries) {

    /**
     * One entry.
     *
     * @param principal the principals that it names
     * @param targets what they may reach
     */
    public record Entry(PrincipalPattern principal, List<TargetRule> targets) {
        public Entry {
            targets = List.copyOf(targets);
            if (targets.isEmpty()) {
                throw new IllegalArgumentException("an entry without targets");
            }
        }
    }

    public CallerTargets {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("no entry");
        }
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException with a sentence that quotes the wrong part
     */
    public static CallerTargets parse(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String entry : text.split(";", -1)) {
            if (!entry.isBlank()) {
                entries.add(entry(entry.strip()));
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("\"" + text + "\" has no entry");
        }
        return new CallerTargets(entries);
    }

    private static Entry entry(String text) {
        // Names of roles and users may hold one, targets may not.
        int equals = text.lastIndexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no principal and its targets with a = between them");
        }
        List<TargetRule> targets = TargetRule.parseList(text.substring(equals + 1));
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("\"" + text + "\" has no targets behind its =");
        }
        return new Entry(PrincipalPattern.parse(text.substring(0, equals).strip()), targets);
    }

    /** All targets of all entries that name this principal; empty when none does. */
    public List<TargetRule> of(String arn) {
        return entries.stream()
                .filter(entry -> entry.principal().matches(arn))
                .flatMap(entry -> entry.targets().stream())
                .toList();
    }
}
