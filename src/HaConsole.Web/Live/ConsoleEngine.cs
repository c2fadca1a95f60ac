using HaConsole.Engine;
using HaConsole.Engine.Journal;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Live;

/// <summary>The engine of this process, for pages and calls. The web server is built while the engine is still being made.</summary>
public sealed class ConsoleEngine
{
    private IEngineRun? run;

    /// <summary>The engine with what the host needs beside it.</summary>
    public IEngineRun Run => run ?? throw new InvalidOperationException("The engine is not made yet.");

    /// <summary>The engine.</summary>
    public IHaEngine Engine => Run.Engine;

    /// <summary>Its events.</summary>
    public IJournal Journal => Run.Journal;

    /// <summary>The engine is made; called once, before the first request.</summary>
    public void Set(IEngineRun made) => run = made;
}
