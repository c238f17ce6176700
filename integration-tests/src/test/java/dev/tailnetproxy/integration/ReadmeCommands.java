package dev.tailnetproxy.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The commands that a section of README.md tells its readers to type. */
final class ReadmeCommands {

    private final String section;
    private final List<List<String>> commands;

    private ReadmeCommands(String section, List<List<String>> commands) {
        this.section = section;
        this.commands = commands;
    }

    /** Reads the section's blocks of bash. A comment ends a command; none has words in quotes. */
    static ReadmeCommands of(String section) {
        return new ReadmeCommands(section, parse(section, readme()));
    }

    private static List<String> readme() {
        try {
            return Files.readAllLines(Checkout.file("README.md"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static List<List<String>> parse(String section, List<String> page) {
        List<List<String>> found = new ArrayList<>();
        boolean inSection = false;
        boolean inBlock = false;
        for (String line : page) {
            if (line.startsWith("## ")) {
                inSection = line.equals("## " + section);
            } else if (line.startsWith("```")) {
                inBlock = line.equals("```bash");
            } else if (inSection && inBlock) {
                String command = line.replaceFirst("\\s*#.*", "").strip();
                if (!command.isEmpty()) {
                    found.add(List.of(command.split("\\s+")));
                }
            }
        }
        return found;
    }

    /** The words after the first ones of the only command that begins with these. */
    List<String> after(String... first) {
        List<List<String>> matching = commands.stream()
                .filter(command -> command.size() >= first.length
                        && command.subList(0, first.length).equals(List.of(first)))
                .toList();
        if (matching.size() != 1) {
            throw new IllegalStateException("README.md, \"" + section + "\", has not one command "
                    + String.join(" ", first) + " but " + matching.size());
        }
        List<String> command = matching.get(0);
        return command.subList(first.length, command.size());
    }
}
