package dev.tailnetproxy.cdk.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Stack;

/** Prints the template of {@code deploy/cloudformation}; {@code scripts/cloudformation-template} runs it. */
public final class TemplateApp {

    private static final String STACK = "TailnetProxy";

    private TemplateApp() {}

    /**
     * Synthesises and prints.
     *
     * @param args a folder for files that are made on the way
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        App app = new App(
                AppProps.builder().outdir(folder.resolve("cdk.out").toString()).build());
        addStack(app, folder);
        System.out.println(
                Files.readString(Path.of(app.synth().getStackByName(STACK).getTemplateFullPath())));
    }

    static Stack addStack(App app, Path folder) {
        return new TemplateStack(app, STACK, folder);
    }
}
