package dev.tailnetproxy.proxy.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Properties;

/** The settings that are built into the function: the defaults of every function, and above them the proxy's own. */
public final class BuiltInSettings {

    private BuiltInSettings() {}

    /** All of them; the proxy's own have precedence. */
    public static Properties read() throws IOException {
        Properties settings = new Properties();
        for (String resource : List.of("META-INF/microprofile-config.properties", "application.properties")) {
            for (URL file :
                    Collections.list(BuiltInSettings.class.getClassLoader().getResources(resource))) {
                try (InputStream in = file.openStream()) {
                    settings.load(in);
                }
            }
        }
        return settings;
    }
}
